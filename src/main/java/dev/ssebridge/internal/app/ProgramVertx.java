package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.RuntimeConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.concurrent.TimeUnit;

/** Makes the Vert.x of the program, as its configuration says. */
final class ProgramVertx {
  private ProgramVertx() {}

  /** One with this transport. */
  static Vertx of(RuntimeConfig runtime, Transport transport) {
    return Vertx.builder().with(options(runtime)).withTransport(transport).build();
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
