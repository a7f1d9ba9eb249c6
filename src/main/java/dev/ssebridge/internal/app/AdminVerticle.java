package dev.ssebridge.internal.app;

import dev.ssebridge.internal.admin.AdminRoutes;
import dev.ssebridge.internal.admin.Administered;
import dev.ssebridge.internal.admin.ConsoleFiles;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.door.ListeningBridge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/**
 * Serves the admin interface on a port of its own, the console, and behind them the routes, so that
 * what is built on all has one origin. One instance, on a loop of its own choice.
 */
final class AdminVerticle extends VerticleBase {
  private final BridgeConfig config;
  private final Administered subject;

  // written by start
  private volatile @Nullable ListeningBridge server;
  private @Nullable AdminRoutes routes;

  AdminVerticle(BridgeConfig config, Administered subject) {
    this.config = config;
    this.subject = subject;
  }

  /** What listens, once it is started. */
  @Nullable ListeningBridge server() {
    return server;
  }

  @Override
  public Future<?> start() {
    ListeningBridge made = ListeningBridge.onAdminPort(vertx, config);
    routes = AdminRoutes.mount(vertx, made.router(), subject, true);
    ConsoleFiles.mount(made.router(), subject, ConsoleFiles.Surroundings.OF_PORT);
    ConsoleFiles.leadTo(made.router(), subject);
    made.bridge().mountClient(made.router()); // what the console shows as code loads it
    server = made;
    return made.listen();
  }

  /** Ends the streams that were opened through it, and goes on to tell how the bridge is. */
  Future<Void> drain() {
    ListeningBridge listening = server;
    return listening == null ? Future.succeededFuture() : listening.bridge().close();
  }

  @Override
  public Future<?> stop() {
    if (routes != null) {
      routes.close();
    }
    ListeningBridge listening = server;
    return listening == null ? Future.succeededFuture() : listening.undeploy();
  }
}
