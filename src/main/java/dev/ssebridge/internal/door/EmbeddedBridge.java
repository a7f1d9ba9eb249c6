package dev.ssebridge.internal.door;

import dev.ssebridge.BridgeHealth;
import dev.ssebridge.PublishRequest;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.StreamGap;
import dev.ssebridge.StreamInfo;
import dev.ssebridge.SubscribeRequest;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.admin.AdminRoutes;
import dev.ssebridge.internal.admin.ConsoleFiles;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.bridge.Channels;
import dev.ssebridge.internal.bridge.Extensions;
import dev.ssebridge.internal.bus.CallerContext;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.client.SourceGroup;
import dev.ssebridge.internal.config.AdminConfig;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.EffectiveConfig;
import dev.ssebridge.internal.config.Key.Change;
import dev.ssebridge.internal.config.OptionalJar;
import dev.ssebridge.internal.config.StoreConfig;
import dev.ssebridge.internal.socket.Connections;
import dev.ssebridge.internal.subscribe.StreamHandlers;
import dev.ssebridge.internal.web.ClientFiles;
import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.spi.EventCodec;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authorization.AuthorizationProvider;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A bridge object: what it was told before it is mounted, and from then on its routes. */
public final class EmbeddedBridge implements SseBridge {
  private static final Duration LOOP_TIMEOUT = Duration.ofSeconds(5);

  // set at construction
  private final Vertx vertx;
  private final boolean isEmbedded;

  // written before the bridge is mounted, and by reload
  private volatile BridgeConfig config;
  private EventCodec codec = EventCodec.NONE;
  private final Map<String, HistoryStore> stores = new LinkedHashMap<>();
  private @Nullable AuthorizationProvider authorizations;
  private final StreamHandlers handlers = new StreamHandlers();

  private final PublishHandlers publishHandlers = new PublishHandlers();

  // written by mount; the second guarded by this
  private volatile @Nullable BridgeRoutes routes;
  private int lagWatchers;
  private UnaryOperator<BridgeConfig> view = UnaryOperator.identity();
  private SseBridgeOptions shown = new SseBridgeOptions();
  private @Nullable BridgeMeters meters;
  private final Map<Router, AdminRoutes> admins = new ConcurrentHashMap<>();
  private final Set<Router> routers = ConcurrentHashMap.newKeySet();
  private @Nullable Runnable unwatchLag;

  // written by close
  private volatile boolean closed;

  private EmbeddedBridge(Vertx vertx, BridgeConfig config, boolean isEmbedded) {
    this.isEmbedded = isEmbedded;
    this.vertx = Objects.requireNonNull(vertx, "vertx");
    this.config = config;
  }

  /** {@link SseBridge#create}. */
  public static EmbeddedBridge create(Vertx vertx, SseBridgeOptions options) {
    Objects.requireNonNull(vertx, "vertx");
    Objects.requireNonNull(options, "options");
    EmbeddedBridge made = new EmbeddedBridge(vertx, BridgeConfig.ofBridge(options), true);
    made.show(options);
    return made;
  }

  /**
   * The one behind an admin port.
   *
   * @param config of the program
   */
  static EmbeddedBridge onAdminPort(Vertx vertx, BridgeConfig config) {
    EmbeddedBridge made = new EmbeddedBridge(vertx, config.onAdminPort(), false);
    made.view = BridgeConfig::onAdminPort;
    return made;
  }

  /** The one of a server that is all its own. */
  public static EmbeddedBridge of(Vertx vertx, BridgeConfig config) {
    return new EmbeddedBridge(vertx, config, false);
  }

  @Override
  public synchronized SseBridge codec(EventCodec codec) {
    requireNotMounted();
    this.codec = Objects.requireNonNull(codec, "codec");
    return this;
  }

  @Override
  public synchronized SseBridge historyStore(String name, HistoryStore store) {
    requireNotMounted();
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(store, "store");
    if (name.equals(StoreConfig.MEMORY) || config.stores().containsKey(name)) {
      throw new IllegalArgumentException(
          "history store: expected a name that is not taken, got \"" + name + "\"");
    }
    stores.put(name, store);
    return this;
  }

  @Override
  public synchronized SseBridge authorizationProvider(AuthorizationProvider provider) {
    requireNotMounted();
    authorizations = Objects.requireNonNull(provider, "provider");
    return this;
  }

  @Override
  public synchronized SseBridge openHandler(Handler<StreamInfo> handler) {
    requireNotMounted();
    handlers.addOpened(Objects.requireNonNull(handler, "handler"));
    return this;
  }

  @Override
  public synchronized SseBridge gapHandler(Handler<StreamGap> handler) {
    requireNotMounted();
    handlers.addGap(Objects.requireNonNull(handler, "handler"));
    return this;
  }

  @Override
  public synchronized SseBridge closeHandler(Handler<StreamInfo> handler) {
    requireNotMounted();
    handlers.addClosed(Objects.requireNonNull(handler, "handler"));
    return this;
  }

  @Override
  public synchronized SseBridge subscribeHandler(Handler<SubscribeRequest> handler) {
    requireNotMounted();
    handlers.addDeciding(null, Objects.requireNonNull(handler, "handler"));
    return this;
  }

  @Override
  public synchronized SseBridge subscribeHandler(String route, Handler<SubscribeRequest> handler) {
    requireNotMounted();
    requireRoute(route);
    handlers.addDeciding(route, Objects.requireNonNull(handler, "handler"));
    return this;
  }

  @Override
  public synchronized SseBridge publishHandler(String rule, Handler<PublishRequest> handler) {
    if (!config.publish().containsKey(rule)) {
      throw new IllegalArgumentException(
          "expected one of the rules " + config.publish().keySet() + ", got \"" + rule + "\"");
    }
    return decidedBy(rule, handler);
  }

  @Override
  public synchronized SseBridge publishHandler(Handler<PublishRequest> handler) {
    return decidedBy(null, handler);
  }

  private SseBridge decidedBy(@Nullable String rule, Handler<PublishRequest> handler) {
    requireNotMounted();
    publishHandlers.add(rule, handler);
    return this;
  }

  @Override
  public synchronized Future<Void> mount(Router router) {
    Objects.requireNonNull(router, "router");
    if (CallerContext.isOver(vertx)) {
      return Future.failedFuture(CallerContext.over());
    }
    Future<Void> mounted = opened().mount(router);
    routers.add(router);
    return told(begun(mounted));
  }

  /** The same on a router of the bridge's own, which answers all methods of its paths. */
  public synchronized Future<Void> mountOnOwn(Router router) {
    return begun(opened().mountOnOwn(router));
  }

  private Future<Void> begun(Future<Void> future) {
    return Hub.of(vertx).failingIfOver(future);
  }

  @Override
  public SseBridge mountClient(Router router) {
    return mountClient(router, "/*");
  }

  @Override
  public SseBridge mountClient(Router router, String path) {
    Objects.requireNonNull(router, "router");
    Objects.requireNonNull(path, "path");
    ClientFiles.mount(router, path, this::lookAfterConnection);
    return this;
  }

  @Override
  public synchronized SseBridge mountAdmin(Router router) {
    Objects.requireNonNull(router, "router");
    if (!config.isAuthRequired()) {
      throw new IllegalStateException(
          "expected \"auth\" in the options, which says who may use the admin interface, got none;"
              + " with handlers of the application that find out who asks, \"router\": {\"app\": {}} in it"
              + " says so");
    }
    String missing =
        OptionalJar.missing(
            "io.vertx.ext.healthchecks.HealthChecks",
            "io.vertx:vertx-health-check",
            "the version of the other jars of Vert.x");
    if (missing != null) {
      throw new IllegalStateException(missing);
    }
    admins.put(router, AdminRoutes.mount(vertx, router, new OfApplication(this), false));
    return this;
  }

  @Override
  public SseBridge mountConsole(Router router) {
    return mountConsole(router, () -> routers.contains(router) ? "../" : null);
  }

  @Override
  public SseBridge mountConsole(Router router, String routes) {
    Objects.requireNonNull(router, "router");
    Objects.requireNonNull(routes, "routes");
    if (!routes.matches("(/[A-Za-z0-9._~-]+)*/")) {
      throw new IllegalArgumentException(
          "expected a path like \"/\" or \"/api/\", got \"" + routes + "\"");
    }
    return mountConsole(router, () -> routes);
  }

  private SseBridge mountConsole(Router router, Supplier<@Nullable String> where) {
    Objects.requireNonNull(router, "router");
    ConsoleFiles.mount(
        router,
        new OfApplication(this),
        new ConsoleFiles.Surroundings() {
          @Override
          public boolean isAdminThere() {
            return admins.containsKey(router);
          }

          @Override
          public @Nullable String routes() {
            return where.get();
          }
        });
    return this;
  }

  /** The bridge, until the last one ends that shares its channels; null before and after. */
  public @Nullable BridgeRoutes routes() {
    BridgeRoutes present = routes;
    return present == null || present.channels().isClosed() ? null : present;
  }

  /** What it is called in the configuration; null for nothing. */
  public @Nullable String name() {
    return config.federation().name();
  }

  /** Who may use the admin interface. */
  AdminConfig admin() {
    AdminConfig present = config.admin();
    return present == null ? AdminConfig.usual() : present;
  }

  /** All keys in effect, every secret hidden. */
  synchronized JsonObject shown() {
    return EffectiveConfig.of(asServed(shown)).toConfig();
  }

  /** With the routes that there are now, also those that another bridge object has added. */
  private SseBridgeOptions asServed(SseBridgeOptions made) {
    BridgeRoutes present = routes();
    if (present == null) {
      return made;
    }
    Map<String, RouteOptions> now = new LinkedHashMap<>();
    present
        .channels()
        .routes()
        .forEach(
            (name, route) -> {
              RouteOptions added = route.added();
              RouteOptions options = added == null ? made.getRoutes().get(name) : added;
              if (options != null) {
                now.put(name, options);
              }
            });
    return new SseBridgeOptions(made).setRoutes(now);
  }

  /** These are what it was made of. */
  synchronized void show(SseBridgeOptions options) {
    shown = new SseBridgeOptions(options);
  }

  /** Its meters, made when they are first asked for and closed with it. */
  synchronized BridgeMeters meters() {
    BridgeMeters present = meters;
    if (present == null) {
      present = BridgeMeters.of(vertx).add(this);
      meters = present;
      if (closed) {
        present.close();
      }
    }
    return present;
  }

  private synchronized void closeBeside() {
    admins.values().forEach(AdminRoutes::close);
    if (meters != null) {
      meters.close();
    }
  }

  private BridgeRoutes opened() {
    if (closed) {
      throw new IllegalStateException("the bridge is closed");
    }
    if (routes == null) {
      routes = new BridgeRoutes(vertx, config, new Extensions(codec, stores), handlers);
      routes.publishHandlers(publishHandlers::of);
      routes.view(view);
      if (authorizations != null) {
        routes.authorizationProvider(authorizations);
      }
      watchLagIfWanted();
    }
    if (routes.isDraining()) {
      throw new IllegalStateException("the bridge is closed");
    }
    return routes;
  }

  @Override
  public Handler<HttpConnection> connectionHandler() {
    long stalled = config.http().stalled().toMillis();
    return connection -> Connections.readWhileAnswersAreTaken(connection, stalled);
  }

  /** The same of the connection of this request, where that was not done yet. */
  void lookAfterConnection(HttpServerRequest request) {
    connectionHandler().handle(request.connection());
  }

  /**
   * Answers a request for a stream, or to publish, where no router and no handler of an application
   * is needed; false for any other.
   */
  public boolean serve(HttpServerRequest request) {
    return routes != null && routes.serve(request);
  }

  @Override
  public int openStreams() {
    return routes == null ? 0 : routes.channels().openStreams();
  }

  @Override
  public Future<List<StreamInfo>> streams() {
    return routes == null ? Future.succeededFuture(List.of()) : routes.streams().describe();
  }

  @Override
  public Future<Boolean> endStream(String id) {
    Objects.requireNonNull(id, "id");
    return routes == null ? Future.succeededFuture(false) : routes.streams().end(id);
  }

  @Override
  public Future<Boolean> sendTo(String id, ServerSentEvent event) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(event, "event");
    return routes == null ? Future.succeededFuture(false) : routes.streams().send(id, event);
  }

  @Override
  public void mayHaveMissed(String why) {
    Hub.of(vertx).mayHaveMissed(Objects.requireNonNull(why, "why"));
  }

  @Override
  public JsonObject stats() {
    if (routes == null) {
      return new JsonObject();
    }
    JsonObject stats = routes.stats();
    JsonObject sources = SourceGroup.states(vertx);
    return sources.isEmpty() ? stats : stats.put("sources", sources);
  }

  /**
   * Has it counted how far streams are behind, which costs a look at each, until the result is run,
   * which is to be once.
   */
  public synchronized Runnable watchLag() {
    lagWatchers++;
    watchLagIfWanted();
    return this::unwatchLag;
  }

  private void watchLagIfWanted() {
    if (lagWatchers > 0 && unwatchLag == null && routes != null) {
      unwatchLag = routes.channels().watchLag();
    }
  }

  private synchronized void unwatchLag() {
    lagWatchers--;
    if (lagWatchers == 0 && unwatchLag != null) {
      unwatchLag.run();
      unwatchLag = null;
    }
  }

  /**
   * What is measured; null before it is mounted, and after the last bridge that shares it ended.
   */
  public @Nullable Channels measured() {
    BridgeRoutes present = routes();
    return present == null ? null : present.channels();
  }

  @Override
  public Future<BridgeHealth> health() {
    return health(LOOP_TIMEOUT, false);
  }

  /**
   * The same.
   *
   * @param loopTimeout how long a loop may take to answer
   * @param isStopping whether the bridge is about to end, though it serves still
   */
  public Future<BridgeHealth> health(Duration loopTimeout, boolean isStopping) {
    return Health.of(vertx, routes, loopTimeout, isStopping || closed);
  }

  @Override
  public synchronized Future<Void> addRoute(String route, RouteOptions options) {
    Objects.requireNonNull(route, "route");
    Objects.requireNonNull(options, "options");
    if (routes != null) {
      return told(begun(opened().addRoute(route, options, isEmbedded)));
    }
    config = config.withRoute(config.routes(), route, options, isEmbedded);
    shown.addRoute(route, new RouteOptions(options));
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> removeRoute(String route) {
    if (routes != null) {
      return told(opened().removeRoute(route));
    }
    requireRoute(route);
    config = config.withoutRoute(route);
    Map<String, RouteOptions> fewer = new LinkedHashMap<>(shown.getRoutes());
    fewer.remove(route);
    shown.setRoutes(fewer);
    return Future.succeededFuture();
  }

  /**
   * Does from now on what another configuration says, and so do all bridges that share channels
   * with this one, which {@linkplain #follow follow}.
   *
   * @param changes what happens to a route of which something has changed, by its name
   * @return completed once no message published from then on is missed on any route
   * @throws RuntimeException if it cannot be; then nothing has changed
   */
  synchronized Future<Void> reload(BridgeConfig next, Map<String, Change> changes) {
    return opened().reload(next, changes);
  }

  /** Another bridge has reloaded this configuration for all. */
  synchronized void follow(BridgeConfig next) {
    config = view.apply(next);
  }

  @Override
  public synchronized Future<Void> close() {
    closed = true;
    closeBeside();
    return routes == null ? Future.succeededFuture() : told(routes.close());
  }

  private <T> Future<T> told(Future<T> future) {
    return CallerContext.told(vertx, future);
  }

  /** The same, because the deployment that it was mounted by ends: all its instances at once. */
  public synchronized Future<Void> undeploy() {
    closed = true;
    closeBeside();
    return routes == null ? Future.succeededFuture() : routes.undeploy();
  }

  private void requireRoute(String route) {
    if (!config.routes().containsKey(route)) {
      throw new IllegalArgumentException(
          "expected one of the routes " + config.routes().keySet() + ", got \"" + route + "\"");
    }
  }

  private void requireNotMounted() {
    if (routes != null) {
      throw new IllegalStateException("expected before mount(), the bridge is mounted already");
    }
  }
}
