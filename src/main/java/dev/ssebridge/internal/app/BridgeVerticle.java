package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.door.ListeningBridge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The bridge as the program deploys it, with the pages of the demo beside it where there is one.
 */
final class BridgeVerticle extends VerticleBase {
  private final BridgeConfig config;
  private final Function<HttpServerRequest, @Nullable String> console;
  private @Nullable ListeningBridge server;

  /** With nobody who finds a console. */
  BridgeVerticle(BridgeConfig config) {
    this(config, request -> null);
  }

  /**
   * @param console where the sender of a request finds the console; null where there is none for
   *     him
   */
  BridgeVerticle(BridgeConfig config, Function<HttpServerRequest, @Nullable String> console) {
    this.config = config;
    this.console = console;
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
      DemoPages.mount(made.router(), console);
    }
    made.bridge().mountClient(made.router());
    made.pagesOnly();
    return made.listen();
  }

  @Override
  public Future<?> stop() {
    return server == null ? Future.succeededFuture() : server.undeploy();
  }
}
