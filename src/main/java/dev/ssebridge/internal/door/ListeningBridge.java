package dev.ssebridge.internal.door;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeServer;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.config.TlsConfig;
import dev.ssebridge.internal.http.RouterErrors;
import dev.ssebridge.internal.socket.Connections;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A bridge and the server that is all its own: one of the instances of a deployment, or alone. */
public final class ListeningBridge implements SseBridgeServer {
  /** What a server waits for its connections beyond the time that the streams are given. */
  private static final long SHUTDOWN_GRACE_MILLIS = 1000;

  private final Vertx vertx;
  private final BridgeConfig config;
  private final EmbeddedBridge bridge;
  private final Router router;

  // written by listen
  private volatile @Nullable HttpServer server;

  private ListeningBridge(Vertx vertx, BridgeConfig config) {
    this.vertx = Objects.requireNonNull(vertx, "vertx");
    this.config = config;
    this.bridge = EmbeddedBridge.of(vertx, config);
    this.router = Router.router(vertx);
    RouterErrors.answeredBy(router);
  }

  /** {@link SseBridgeServer#create}. */
  public static ListeningBridge create(Vertx vertx, SseBridgeOptions options) {
    return of(vertx, BridgeConfig.ofServer(options));
  }

  /** One of a configuration that was read as a whole. */
  public static ListeningBridge of(Vertx vertx, BridgeConfig config) {
    return new ListeningBridge(vertx, config);
  }

  @Override
  public SseBridge bridge() {
    return bridge;
  }

  @Override
  public Router router() {
    return router;
  }

  @Override
  public int actualPort() {
    HttpServer listening = server;
    return listening == null ? 0 : listening.actualPort();
  }

  @Override
  public synchronized Future<SseBridgeServer> listen() {
    Context context = vertx.getOrCreateContext();
    if (context.threadingModel() != ThreadingModel.EVENT_LOOP) {
      return Future.failedFuture(
          new IllegalStateException(
              "expected the threading model EVENT_LOOP, got "
                  + context.threadingModel()
                  + "; deploy the bridge without DeploymentOptions.setThreadingModel"));
    }
    if (server != null) {
      return Future.failedFuture(new IllegalStateException("the server listens already"));
    }
    HttpConfig http = config.http();
    // Handlers that were put on the router must see every request.
    boolean plain = router.getRoutes().isEmpty();
    HttpServer listening =
        Connections.server(vertx, options(http, plain), config, request -> serve(request, plain));
    server = listening;
    return on(context, () -> bridge.mountOnOwn(router))
        // Here: Vert.x takes the loop of whoever asks, and the last future was completed on any.
        .compose(v -> on(context, () -> listening.listen(address(http, context))))
        .compose(v -> Connections.begin(vertx, listening, http))
        // Who did not start is not stopped.
        .recover(e -> close().transform(closed -> Future.failedFuture(e)))
        .map(this);
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> action) {
    return Future.future(
        done ->
            context.runOnContext(
                v -> Future.succeededFuture().compose(w -> action.get()).onComplete(done)));
  }

  private void serve(HttpServerRequest request, boolean plain) {
    if (!plain || !bridge.serve(request)) {
      router.handle(request);
    }
  }

  @Override
  public Future<Void> close() {
    return shutDownAfter(bridge.close());
  }

  /** The same, because the deployment of the server ends: all its instances at once. */
  public Future<Void> undeploy() {
    return shutDownAfter(bridge.undeploy());
  }

  private Future<Void> shutDownAfter(Future<Void> drained) {
    HttpServer listening = server;
    if (listening == null) {
      return drained;
    }
    Future<Void> shutDown =
        listening.shutdown(
            config.http().drain().toMillis() + SHUTDOWN_GRACE_MILLIS, TimeUnit.MILLISECONDS);
    return Future.join(drained, shutDown).mapEmpty();
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
  private static SocketAddress address(HttpConfig http, Context context) {
    String deployment = context.deploymentID();
    if (http.port() != 0 || deployment == null) {
      return SocketAddress.inetSocketAddress(http.port(), http.host());
    }
    int id = 1 + (deployment.hashCode() & (Integer.MAX_VALUE >> 1));
    return SocketAddress.sharedRandomPort(id, http.host());
  }
}
