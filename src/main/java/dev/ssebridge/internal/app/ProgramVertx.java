package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.ClusterConfig;
import dev.ssebridge.internal.config.RuntimeConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The Vert.x of the program, made as its configuration says.
 *
 * @param metrics reads what it measures
 * @param cluster this process as a node; null where it is alone
 */
record ProgramVertx(Vertx vertx, ProgramMetrics metrics, @Nullable ClusterNode cluster) {

  /** One with this transport, which measures itself if that is configured. */
  static ProgramVertx of(RuntimeConfig runtime, Transport transport) {
    ProgramMetrics metrics = new ProgramMetrics();
    VertxOptions options = options(runtime);
    VertxBuilder builder = Vertx.builder().withTransport(transport);
    builder = runtime.metrics() ? metrics.ofVertx(builder, options) : builder.with(options);
    return new ProgramVertx(builder.build(), metrics, null);
  }

  /**
   * The same as a node of a cluster. Blocks until it has joined.
   *
   * @throws StartException if it cannot
   */
  static ProgramVertx of(
      RuntimeConfig runtime, Transport transport, @Nullable ClusterConfig cluster)
      throws StartException {
    if (cluster == null) {
      return of(runtime, transport);
    }
    ClusterNode node = ClusterNode.of(cluster);
    ProgramMetrics metrics = new ProgramMetrics();
    VertxOptions options = options(runtime);
    String host = cluster.host();
    if (host != null) {
      options.getEventBusOptions().setHost(host);
    }
    options.getEventBusOptions().setPort(cluster.busPort());
    VertxBuilder builder = Vertx.builder().withTransport(transport);
    builder = runtime.metrics() ? metrics.ofVertx(builder, options) : builder.with(options);
    return new ProgramVertx(node.join(builder), metrics, node);
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
