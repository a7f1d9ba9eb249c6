package dev.ssebridge;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.config.TlsConfig;
import dev.ssebridge.internal.door.EmbeddedBridge;
import dev.ssebridge.internal.http.RouterErrors;
import dev.ssebridge.internal.socket.Connections;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server with a {@link SseBridge} on it, to be deployed with the bridge's JSON as its
 * configuration:
 *
 * <pre>{@code
 * vertx.deployVerticle(SseBridgeVerticle::new,
 *     new DeploymentOptions().setConfig(json).setInstances(2));
 * }</pre>
 *
 * <p>Any number of instances share the port, the channels and the histories; one for each event
 * loop is what pays. Undeploying ends the streams over {@code http.drain}. Where it listens says
 * {@link #actualPort}; of the configuration, {@code sources} and {@code demo} are for the program
 * only.
 */
public class SseBridgeVerticle extends VerticleBase {
  /** What a server waits for its connections beyond the time that the streams are given. */
  private static final long SHUTDOWN_GRACE_MILLIS = 1000;

  private @Nullable EmbeddedBridge bridge;
  private @Nullable HttpServer server;
  private long drainMillis;

  /** A verticle that takes its configuration from its deployment. */
  public SseBridgeVerticle() {}

  /**
   * Lets a subclass set a codec or a close handler, or mount more on the router; called once before
   * the server listens, on the verticle's context.
   */
  protected void configure(SseBridge bridge, Router router) {}

  /** The port that the server listens on; 0 before it does. */
  public final int actualPort() {
    return server == null ? 0 : server.actualPort();
  }

  @Override
  public final Future<?> start() {
    if (context.threadingModel() != ThreadingModel.EVENT_LOOP) {
      return Future.failedFuture(
          new IllegalStateException(
              "expected the threading model EVENT_LOOP, got "
                  + context.threadingModel()
                  + "; deploy the bridge without DeploymentOptions.setThreadingModel"));
    }
    BridgeConfig config = BridgeConfig.read(config());
    HttpConfig http = config.http();
    drainMillis = http.drain().toMillis();
    EmbeddedBridge mounted = EmbeddedBridge.create(vertx, config());
    bridge = mounted;
    Router router = Router.router(vertx);
    RouterErrors.answeredBy(router);
    configure(mounted, router);
    // Handlers that a subclass has put on the router must see every request.
    boolean plain = router.getRoutes().isEmpty();
    HttpServer listening =
        Connections.server(
            vertx,
            options(http, plain),
            config,
            request -> {
              if (!plain || !mounted.serve(request)) {
                router.handle(request);
              }
            });
    server = listening;
    return Future.succeededFuture()
        .compose(v -> mounted.mountOnOwn(router))
        .compose(v -> listen(listening, http))
        .compose(v -> Connections.begin(vertx, listening, http))
        // A verticle that did not start is not stopped.
        .recover(e -> mounted.close().transform(closed -> Future.failedFuture(e)));
  }

  /** Here: Vert.x takes the loop of whoever asks, and the last future was completed on any. */
  private Future<HttpServer> listen(HttpServer listening, HttpConfig http) {
    return Future.future(
        bound -> context.runOnContext(v -> listening.listen(address(http)).onComplete(bound)));
  }

  @Override
  public final Future<?> stop() {
    Future<Void> drained = bridge == null ? Future.succeededFuture() : bridge.undeploy();
    HttpServer listening = server;
    if (listening == null) {
      return drained;
    }
    Future<Void> shutDown =
        listening.shutdown(drainMillis + SHUTDOWN_GRACE_MILLIS, TimeUnit.MILLISECONDS);
    return Future.join(drained, shutDown);
  }

  private static HttpServerOptions options(HttpConfig http, boolean plain) {
    // The bridge writes from the connection's own thread only, so Vert.x needs no queue for others,
    // which is half of the memory of an idle connection; nor what a WebSocket would need.
    HttpServerOptions options =
        new HttpServerOptions()
            .setStrictThreadMode(plain)
            .setPerMessageWebSocketCompressionSupported(!plain)
            .setPerFrameWebSocketCompressionSupported(!plain);
    TlsConfig tls = http.tls();
    if (tls != null) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(new PemKeyCertOptions().setCertPath(tls.cert()).setKeyPath(tls.key()));
    }
    return options;
  }

  /** The instances of a deployment share a free port, and no other deployment does. */
  private SocketAddress address(HttpConfig http) {
    if (http.port() != 0) {
      return SocketAddress.inetSocketAddress(http.port(), http.host());
    }
    int id = 1 + (context.deploymentID().hashCode() & (Integer.MAX_VALUE >> 1));
    return SocketAddress.sharedRandomPort(id, http.host());
  }
}
