package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.door.ListeningBridge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bridge as the program deploys it, with the pages of the demo beside it where there is one.
 */
final class BridgeVerticle extends VerticleBase {
  private final BridgeConfig config;
  private @Nullable ListeningBridge server;

  BridgeVerticle(BridgeConfig config) {
    this.config = config;
  }

  /** The server, once it is started. */
  ListeningBridge server() {
    return Objects.requireNonNull(server, "started");
  }

  @Override
  public Future<?> start() {
    ListeningBridge made = ListeningBridge.of(vertx, config);
    server = made;
    if (config.demo() != null) {
      DemoPages.mount(made.router());
      made.bridge().mountClient(made.router());
    }
    return made.listen();
  }

  @Override
  public Future<?> stop() {
    return server == null ? Future.succeededFuture() : server.undeploy();
  }
}
