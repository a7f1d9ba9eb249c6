package dev.ssebridge;

import dev.ssebridge.internal.door.ListeningBridge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server with a {@link SseBridge} on it, one in each instance:
 *
 * <pre>{@code
 * vertx.deployVerticle(() -> new SseBridgeVerticle(options), new DeploymentOptions().setInstances(2));
 * }</pre>
 *
 * <p>Any number of instances share the port, the channels and the histories; one for each event
 * loop is what pays. Undeploying ends the streams over {@code http.drain}. Where it listens says
 * {@link #actualPort}.
 */
public class SseBridgeVerticle extends VerticleBase {
  private final @Nullable SseBridgeOptions options;
  private final HttpServerOptions given;
  private @Nullable ListeningBridge server;

  /** A verticle that takes its options from the configuration of its deployment, as JSON. */
  public SseBridgeVerticle() {
    this.options = null;
    this.given = new HttpServerOptions();
  }

  /**
   * A verticle of these options; the configuration of its deployment is the application's.
   *
   * @param options copied; all but {@code sources}, {@code vertx} and {@code demo}, which it does
   *     not use
   */
  public SseBridgeVerticle(SseBridgeOptions options) {
    this(options, new HttpServerOptions());
  }

  /**
   * The same with options of Vert.x for its server, see {@link
   * SseBridgeServer#create(io.vertx.core.Vertx, SseBridgeOptions, HttpServerOptions)}.
   *
   * @param server copied; where anything in it is refused, the deployment fails
   */
  public SseBridgeVerticle(SseBridgeOptions options, HttpServerOptions server) {
    this.options = new SseBridgeOptions(Objects.requireNonNull(options, "options"));
    this.given = new HttpServerOptions(Objects.requireNonNull(server, "server"));
  }

  /**
   * Lets a subclass set a codec or handlers, or mount more on the router; called once before the
   * server listens, on the verticle's context.
   */
  protected void configure(SseBridge bridge, Router router) {}

  /** The port that the server listens on; 0 before it does, and on a Unix domain socket. */
  public final int actualPort() {
    return server == null ? 0 : server.actualPort();
  }

  /**
   * Starts the server.
   *
   * @return fails with {@link ConfigException} if anything in the options is wrong, and if it
   *     cannot listen
   */
  @Override
  public final Future<?> start() {
    ListeningBridge made =
        ListeningBridge.create(
            vertx, options == null ? SseBridgeOptions.read(config()) : options, given);
    server = made;
    configure(made.bridge(), made.router());
    return made.listen();
  }

  @Override
  public final Future<?> stop() {
    return server == null ? Future.succeededFuture() : server.undeploy();
  }
}
