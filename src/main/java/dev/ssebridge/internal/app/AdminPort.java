package dev.ssebridge.internal.app;

import dev.ssebridge.internal.admin.AdminVerticle;
import dev.ssebridge.internal.config.AdminConfig;
import dev.ssebridge.internal.door.EmbeddedBridge;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The admin port of the program, if it has one. Thread-safe. */
final class AdminPort {
  private static final Logger LOG = Logger.getLogger(Program.class.getName());

  private final Supplier<EmbeddedBridge> bridge;
  private final Supplier<String> metrics;

  private volatile @Nullable String deployment;
  private volatile boolean stopping;

  /**
   * @param bridge that it tells of, once it is there
   * @param metrics as Prometheus reads them; blocks
   */
  AdminPort(Supplier<EmbeddedBridge> bridge, Supplier<String> metrics) {
    this.bridge = bridge;
    this.metrics = metrics;
  }

  /** Opens it: the last of all, so that whoever finds it there finds a bridge that listens. */
  Future<String> deploy(Vertx vertx, AdminConfig config) {
    AdminVerticle made =
        new AdminVerticle(
            config, () -> bridge.get().health(config.loopTimeout(), stopping), metrics);
    return vertx
        .deployVerticle(made)
        .onSuccess(id -> listens(id, ListeningAt.authority(config.host(), made.actualPort())))
        .recover(
            failure ->
                Future.failedFuture(
                    new StartException(
                        "cannot listen on "
                            + ListeningAt.authority(config.host(), config.port())
                            + " (admin): "
                            + failure.getMessage(),
                        failure)));
  }

  private void listens(String id, String authority) {
    deployment = id;
    LOG.info(() -> "admin port: http://" + authority + " (/live, /ready, /metrics)");
  }

  /** Its deployment; null where there is none. */
  @Nullable String deployment() {
    return deployment;
  }

  /**
   * Is not ready from now on. Blocks for so long: nobody is sent here any more once whoever sends
   * them has asked again.
   */
  void announceStop(Duration delay) {
    stopping = true;
    if (deployment == null || delay.isZero()) {
      return;
    }
    LOG.info(() -> "told to stop: not ready, and the streams end in " + delay.toMillis() + " ms");
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
