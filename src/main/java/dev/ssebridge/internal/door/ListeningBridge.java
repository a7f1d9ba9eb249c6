package dev.ssebridge.internal.door;

import dev.ssebridge.ConfigException;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeServer;
import dev.ssebridge.internal.bus.CallerContext;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.config.Key.Change;
import dev.ssebridge.internal.config.TlsConfig;
import dev.ssebridge.internal.http.RouterErrors;
import dev.ssebridge.internal.socket.Connections;
import dev.ssebridge.internal.socket.HttpsRedirect;
import dev.ssebridge.internal.socket.ServerOptions;
import dev.ssebridge.internal.socket.UnixSocketFile;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A bridge and the server that is all its own: one of the instances of a deployment, or alone. */
public final class ListeningBridge implements SseBridgeServer {
  private final Vertx vertx;
  private final HttpServerOptions given;
  private final EmbeddedBridge bridge;
  private final Router router;
  private volatile boolean pagesOnly;

  /** How it sees a configuration that all follow. */
  private final UnaryOperator<BridgeConfig> view;

  // written by listen
  private volatile @Nullable HttpServer server;
  private volatile @Nullable ServerShutdown shutdown;
  private volatile @Nullable UnixSocketFile file;
  private volatile @Nullable Connections connections;
  private volatile @Nullable HttpsRedirect redirect;
  private volatile boolean plain;

  // written by reload
  private volatile BridgeConfig config;

  private ListeningBridge(Vertx vertx, BridgeConfig config, HttpServerOptions given) {
    this(vertx, config, given, EmbeddedBridge.of(vertx, config), UnaryOperator.identity());
  }

  private ListeningBridge(
      Vertx vertx,
      BridgeConfig config,
      HttpServerOptions given,
      EmbeddedBridge bridge,
      UnaryOperator<BridgeConfig> view) {
    this.vertx = Objects.requireNonNull(vertx, "vertx");
    this.config = config;
    this.given = given;
    this.bridge = bridge;
    this.view = view;
    this.router = Router.router(vertx);
    RouterErrors.answeredBy(router, this::tell);
  }

  /** {@link SseBridgeServer#create}. */
  public static ListeningBridge create(Vertx vertx, SseBridgeOptions options) {
    Objects.requireNonNull(vertx, "vertx");
    Objects.requireNonNull(options, "options");
    ListeningBridge made = of(vertx, BridgeConfig.ofServer(options));
    made.bridge.show(options);
    return made;
  }

  /** {@link SseBridgeServer#create(Vertx, SseBridgeOptions, HttpServerOptions)}. */
  public static ListeningBridge create(
      Vertx vertx, SseBridgeOptions options, HttpServerOptions given) {
    Objects.requireNonNull(vertx, "vertx");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(given, "server");
    BridgeConfig config = BridgeConfig.ofServer(options);
    ServerOptions.require(given, config.http());
    ListeningBridge made =
        new ListeningBridge(
            vertx, ServerOptions.place(config, given), new HttpServerOptions(given));
    made.bridge.show(options);
    return made;
  }

  /**
   * The one of the admin port, which serves the routes as well.
   *
   * @param config of the program, with an admin port
   */
  public static ListeningBridge onAdminPort(Vertx vertx, BridgeConfig config) {
    return new ListeningBridge(
        vertx,
        config.onAdminPort(),
        ServerOptions.withoutWebSockets(new HttpServerOptions()),
        EmbeddedBridge.onAdminPort(vertx, config),
        BridgeConfig::onAdminPort);
  }

  /** One of a configuration that was read as a whole. */
  public static ListeningBridge of(Vertx vertx, BridgeConfig config) {
    return new ListeningBridge(vertx, config, new HttpServerOptions());
  }

  @Override
  public EmbeddedBridge bridge() {
    return bridge;
  }

  @Override
  public Router router() {
    return router;
  }

  /**
   * Says that there are but pages on the router, answered on the loop: it is asked for what the
   * bridge does not serve, and connections cost as little as without it. Before {@link #listen}.
   */
  public void pagesOnly() {
    pagesOnly = true;
  }

  @Override
  public int actualPort() {
    HttpServer listening = server;
    return listening == null ? 0 : Math.max(0, listening.actualPort());
  }

  @Override
  public synchronized Future<SseBridgeServer> listen() {
    if (CallerContext.isOver(vertx)) {
      return Future.failedFuture(CallerContext.over());
    }
    Context context = vertx.getOrCreateContext();
    if (context.threadingModel() != ThreadingModel.EVENT_LOOP) {
      return Future.failedFuture(
          new IllegalStateException(
              "expected the threading model EVENT_LOOP, got "
                  + context.threadingModel()
                  + "; deploy the bridge without DeploymentOptions.setThreadingModel"));
    }
    if (server != null) {
      return Future.failedFuture(
          new IllegalStateException("expected one call of listen(), got two: make another server"));
    }
    HttpConfig http = config.http();
    ConfigException lack = ServerOptions.lack(vertx, http);
    if (lack != null) {
      return Future.failedFuture(lack);
    }
    // Handlers that an application put on the router must see every request.
    boolean isPlain = pagesOnly || router.getRoutes().isEmpty();
    HttpServerOptions options = ServerOptions.of(http, given, isPlain);
    Connections made = new Connections(vertx, config, options, request -> serve(request, isPlain));
    HttpServer listening = made.server();
    plain = isPlain;
    connections = made;
    server = listening;
    shutdown = new ServerShutdown(vertx, listening);
    return on(context, () -> bridge.mountOnOwn(router))
        .compose(v -> joinFile(http))
        // Here: Vert.x takes the loop of the caller, and the last future was completed on any.
        .compose(v -> on(context, () -> listening.listen(ListenAddress.of(http, context))))
        .compose(v -> openFile(http))
        .compose(v -> openRedirect(http, context))
        .compose(v -> Connections.begin(vertx, ListenAddress.reachedAt(http, listening), options))
        // Who did not start is not stopped.
        .recover(e -> close().transform(closed -> Future.failedFuture(e)))
        .map(this);
  }

  /** The port that leads to the one with TLS; 0 where there is none. */
  public int redirectPort() {
    HttpsRedirect present = redirect;
    return present == null ? 0 : present.actualPort();
  }

  private Future<Void> openRedirect(HttpConfig http, Context context) {
    TlsConfig tls = http.tls();
    Integer port = tls == null ? null : tls.redirectPort();
    if (tls == null || port == null) {
      return Future.succeededFuture();
    }
    Integer to = tls.redirectTo();
    HttpsRedirect made = new HttpsRedirect(vertx, config, () -> to == null ? actualPort() : to);
    redirect = made;
    return on(context, () -> made.listen(ListenAddress.ofRedirect(http.host(), port, context)));
  }

  private Future<Void> joinFile(HttpConfig http) {
    String path = http.socket().unixSocket();
    return path == null
        ? Future.succeededFuture()
        : UnixSocketFile.join(vertx, path).onSuccess(joined -> file = joined).mapEmpty();
  }

  private Future<Void> openFile(HttpConfig http) {
    UnixSocketFile joined = file;
    return joined == null
        ? Future.succeededFuture()
        : joined.listening(http.socket().permissions());
  }

  private Future<Void> leaveFile() {
    UnixSocketFile joined = file;
    file = null;
    return joined == null ? Future.succeededFuture() : joined.leave();
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> action) {
    return Future.future(
        done ->
            context.runOnContext(
                v -> Future.succeededFuture().compose(w -> action.get()).onComplete(done)));
  }

  private void tell(HttpServerRequest request) {
    Connections present = connections;
    if (present != null) {
      present.tell(request);
    }
  }

  private void serve(HttpServerRequest request, boolean isPlain) {
    if (!isPlain || !bridge.serve(request)) {
      router.handle(request);
    }
  }

  /**
   * Has these servers, all that share channels, do from now on what another configuration says. Any
   * thread.
   *
   * @param next says the same of what cannot change while a server listens
   * @param changes what happens to a route of which something has changed, by its name
   * @return completed once no message published from then on is missed on any route
   * @throws RuntimeException if it cannot be; then nothing has changed
   */
  public static Future<Void> reload(
      List<ListeningBridge> all, BridgeConfig next, Map<String, Change> changes) {
    Future<Void> ready = all.get(0).bridge.reload(next, changes);
    all.forEach(each -> each.follow(next));
    return ready;
  }

  private void follow(BridgeConfig all) {
    BridgeConfig next = view.apply(all);
    config = next;
    bridge.follow(all);
    Connections present = connections;
    if (present != null) {
      present.change(next);
    }
    HttpsRedirect beside = redirect;
    if (beside != null) {
      beside.change(next);
    }
  }

  /**
   * Proves its names with other certificates from now on, on connections that are made then; where
   * that fails, with those that it has.
   */
  public Future<Boolean> certificates(KeyCertOptions pairs) {
    HttpServer listening = server;
    ServerSSLOptions ssl = ServerOptions.of(config.http(), given, plain).getSslOptions();
    if (listening == null || ssl == null) {
      return Future.failedFuture(new IllegalStateException("the server speaks no TLS"));
    }
    return listening.updateSSLOptions(ssl.setKeyCertOptions(pairs), true);
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
    ServerShutdown present = shutdown;
    return present == null ? drained : present.after(drained, redirect, this::leaveFile);
  }
}
