package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.RuntimeConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.concurrent.TimeUnit;

/**
 * The Vert.x of the program, made as its configuration says.
 *
 * @param metrics reads what it measures
 */
record ProgramVertx(Vertx vertx, ProgramMetrics metrics) {

  /** One with this transport, which measures itself if that is configured. */
  static ProgramVertx of(RuntimeConfig runtime, Transport transport) {
    ProgramMetrics metrics = new ProgramMetrics();
    VertxOptions options = options(runtime);
    VertxBuilder builder = Vertx.builder().withTransport(transport);
    Vertx vertx =
        (runtime.metrics() ? metrics.ofVertx(builder, options) : builder.with(options)).build();
    return new ProgramVertx(vertx, metrics);
  }

  private static VertxOptions options(RuntimeConfig runtime) {
    VertxOptions options =
        new VertxOptions()
            .setWorkerPoolSize(runtime.workers())
            .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
            .setBlockedThreadCheckInterval(runtime.blockedThreadCheck().toMillis())
            .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
            .setMaxEventLoopExecuteTime(runtime.maxEventLoopTime().toMillis())
            .setMaxWorkerExecuteTimeUnit(TimeUnit.MILLISECONDS)
            .setMaxWorkerExecuteTime(runtime.maxWorkerTime().toMillis())
            .setWarningExceptionTimeUnit(TimeUnit.MILLISECONDS)
            .setWarningExceptionTime(runtime.blockedThreadTrace().toMillis());
    Integer loops = runtime.eventLoops();
    return loops == null ? options : options.setEventLoopPoolSize(loops);
  }

  static Transport transport(RuntimeConfig runtime) {
    if (!runtime.preferNative()) {
      return Transport.NIO;
    }
    Transport best = Transport.nativeTransport();
    return best != null && best.available() ? best : Transport.NIO;
  }
}
