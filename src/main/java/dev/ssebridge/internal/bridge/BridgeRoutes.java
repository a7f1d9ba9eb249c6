package dev.ssebridge.internal.bridge;

import static java.util.stream.Collectors.toSet;

import dev.ssebridge.PublishRequest;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.auth.Access;
import dev.ssebridge.internal.auth.AuthDecisions;
import dev.ssebridge.internal.auth.Authorizer;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.config.AuthConfig;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.Key.Change;
import dev.ssebridge.internal.config.LimitsConfig;
import dev.ssebridge.internal.config.OwnAddresses;
import dev.ssebridge.internal.config.PublishConfig;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.config.StoreConfig;
import dev.ssebridge.internal.http.CorsRule;
import dev.ssebridge.internal.http.Gate;
import dev.ssebridge.internal.http.OriginRule;
import dev.ssebridge.internal.http.PathHandler;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.http.Rates;
import dev.ssebridge.internal.http.Remotes;
import dev.ssebridge.internal.publish.PublishAccess;
import dev.ssebridge.internal.publish.PublishHandler;
import dev.ssebridge.internal.publish.PublishTarget;
import dev.ssebridge.internal.publish.Reviewers;
import dev.ssebridge.internal.socket.Internals;
import dev.ssebridge.internal.subscribe.OpenStreams;
import dev.ssebridge.internal.subscribe.RetryBlock;
import dev.ssebridge.internal.subscribe.StreamHandlers;
import dev.ssebridge.internal.subscribe.StreamListener;
import dev.ssebridge.internal.subscribe.StreamRoute;
import dev.ssebridge.internal.subscribe.SubscribeHandler;
import dev.ssebridge.internal.subscribe.TicketHandler;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authorization.AuthorizationProvider;
import io.vertx.ext.web.Router;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One bridge object: its routes on a router, and the streams that were opened through them. */
public final class BridgeRoutes implements StreamListener {
  /** Far longer than what is in the heap needs to come into its logs. */
  private static final long MOMENT_MILLIS = 2000;

  private static final System.Logger LOG = System.getLogger(BridgeRoutes.class.getName());

  // set at construction
  private final Vertx vertx;
  private final Object sharedKey;
  private final Channels channels;
  private final StreamHandlers told;
  private final SharedStreams shared;
  private final RequestGuard guard;
  private final String name;
  private final Mountings mountings = new Mountings(this::undeploy);
  private final OpenStreams streams = new OpenStreams();
  private final Gate gate = new Gate();

  // written by this
  private volatile BridgeConfig config;
  private volatile OwnAddresses ownAddresses;
  private volatile Remotes remotes;
  private volatile ServedPaths served = ServedPaths.NONE;
  private volatile boolean letGo;

  // written before it is mounted
  private Function<String, List<Handler<PublishRequest>>> publishHandlers = rule -> List.of();

  private Authorizer authorizer = Authorizer.NONE;

  /** How it sees a configuration that all bridges follow. */
  private UnaryOperator<BridgeConfig> view = UnaryOperator.identity();

  // guarded by this
  private final List<RouterMount> mounts = new ArrayList<>();

  /** Those that have bodies on their way, while others serve their paths. */
  private final List<PublishHandler> replaced = new ArrayList<>();

  private @Nullable Future<Void> closed;

  /** Bridge objects of an equal key share their channels. */
  private record SharedKey(
      LimitsConfig limits,
      Map<String, RouteConfig> routes,
      @Nullable AuthConfig auth,
      Map<String, StoreConfig> stores) {}

  /**
   * Opens the channels, or joins those that an equal bridge has opened.
   *
   * @throws IllegalStateException if the application has brought other things for that one
   * @throws dev.ssebridge.ConfigException if there is no such store as a route names
   */
  public BridgeRoutes(
      Vertx vertx, BridgeConfig config, Extensions extensions, StreamHandlers told) {
    this.vertx = vertx;
    this.config = config;
    this.told = told;
    this.ownAddresses = config.ownAddresses();
    this.guard = new RequestGuard(config);
    this.name = config.federation().nameIn(vertx);
    this.remotes = Remotes.of(config.http());
    Internals.warnIfOutOfReach();
    Hub hub = Hub.of(vertx);
    this.sharedKey =
        new SharedKey(config.limits(), config.routes(), config.auth(), config.stores());
    this.channels =
        hub.share(sharedKey, Channels.class, () -> new Channels(vertx, config, extensions, hub));
    if (!channels.extensions().equals(extensions)) {
      if (hub.release(sharedKey)) {
        channels.close().onFailure(e -> LOG.log(Level.ERROR, "channels were not closed well", e));
      }
      throw new IllegalStateException(
          "expected one codec for all bridges of this configuration, which share their channels,"
              + " and the same stores of history, got another object than the first has; make them"
              + " once and give them to each (a lambda that captures a variable is a new object each"
              + " time)");
    }
    channels.warn(config);
    this.shared = new SharedStreams(vertx, channels);
  }

  /** Who decides about the messages of a rule, by its name; before it is mounted. */
  public void publishHandlers(Function<String, List<Handler<PublishRequest>>> ofRule) {
    publishHandlers = ofRule;
  }

  /** How it sees a configuration that all bridges follow; before it is mounted. */
  public void view(UnaryOperator<BridgeConfig> other) {
    view = other;
  }

  /** Who says what users are authorised for; before it is mounted. */
  public void authorizationProvider(AuthorizationProvider provider) {
    authorizer =
        Authorizer.of(vertx, provider, channels.hub().clock(), () -> config.limits().decision());
  }

  /** What is shared with equal bridges. */
  public Channels channels() {
    return channels;
  }

  /** What happened since the first of the equal bridges was made. */
  public JsonObject stats() {
    return BridgeStats.of(channels);
  }

  /** Adds the routes. The future is complete once no message published from then on is missed. */
  public synchronized Future<Void> mount(Router router) {
    return mount(new RouterMount(router, guard, false, () -> served));
  }

  /** The same on a router that is all the bridge's: other methods of its paths are refused. */
  public synchronized Future<Void> mountOnOwn(Router router) {
    guard.standAlone();
    return mount(new RouterMount(router, guard, true, () -> served));
  }

  private Future<Void> mount(RouterMount mount) {
    mountings.add(vertx);
    channels.bridges().add(this);
    if (channels.isLagWatched()) {
      streams.watchLag();
    }
    if (mounts.isEmpty()) {
      served = paths(streamsNow(), publishersNow(config));
    }
    mounts.add(mount);
    mount.prepare(served).run();
    mount.complete(Router.router(vertx));
    return channels.ready();
  }

  /** What is served now and was before is served at every moment. */
  private void serve(ServedPaths next) {
    List<Runnable> removers = new ArrayList<>();
    mounts.forEach(mount -> removers.add(mount.prepare(next)));
    served = next;
    removers.forEach(Runnable::run);
  }

  /** These, and what gives tickets for the streams, where there are tickets. */
  private ServedPaths paths(List<SubscribeHandler> streams, List<PublishHandler> publishers) {
    Access access = channels.access();
    List<TicketHandler> tickets =
        access == null || access.tickets() == null
            ? List.of()
            : streams.stream().map(TicketHandler::new).toList();
    return new ServedPaths(streams, publishers, tickets);
  }

  /** One for each route, in their order; those that there are stay. */
  private List<SubscribeHandler> streamsNow() {
    Map<StreamRoute, SubscribeHandler> present = new HashMap<>();
    served.streams().forEach(handler -> present.put(handler.route(), handler));
    List<SubscribeHandler> now = new ArrayList<>();
    for (ServedRoute route : channels.routes().values()) {
      SubscribeHandler handler = present.get(route);
      now.add(
          handler != null
              ? handler
              : new SubscribeHandler(
                  channels.hub(), route, streams, this, () -> config.http().writer()));
    }
    return List.copyOf(now);
  }

  private List<PublishHandler> publishersNow(BridgeConfig now) {
    List<PublishHandler> all = new ArrayList<>();
    now.publish().forEach((rule, publish) -> all.add(publisher(now, rule, publish)));
    return List.copyOf(all);
  }

  private PublishHandler publisher(BridgeConfig now, String rule, PublishConfig publish) {
    Reviewers reviewers = new Reviewers(rule, publishHandlers.apply(rule), now.limits().decision());
    return new PublishHandler(
        vertx,
        channels.hub(),
        new PublishTarget(publish, reviewers, channels.publishCounters(rule), channels::fed),
        new OriginRule(now.http().cors().publishOrigins()),
        new PublishAccess(
            vertx,
            channels.access(),
            authorizer,
            publish.auth(),
            remotes,
            channels.authDecisions(),
            this::logsAccess),
        channels.rates(),
        gate,
        now.http().drain());
  }

  /**
   * Adds a route to all bridges that share channels with this one.
   *
   * @param isEmbedded whether their routers may be mounted on a path of the application
   * @return completed once all of them serve it, and no message published from then on is missed;
   *     fails if the route is removed before that
   * @throws dev.ssebridge.ConfigException if there is anything wrong with it, or if its name or
   *     path is taken
   */
  public Future<Void> addRoute(String route, RouteOptions options, boolean isEmbedded) {
    Future<Void> ready = channels.add(config, route, options, isEmbedded);
    channels.bridges().forEach(BridgeRoutes::serveRoutes);
    return ready;
  }

  /**
   * Serves the routes that there are now; others may have added or removed some meanwhile. All
   * objects take whole states, and newer ones only, so changes come in one order, the same for all.
   */
  private synchronized void serveRoutes() {
    List<SubscribeHandler> before = served.streams();
    List<SubscribeHandler> now = streamsNow();
    if (isDraining()) {
      now = now.stream().filter(before::contains).toList();
    }
    Set<SubscribeHandler> closing = new HashSet<>(before);
    now.forEach(closing::remove);
    serve(paths(now, served.publishers()));
    close(closing, now);
  }

  private static void close(Set<SubscribeHandler> closing, List<SubscribeHandler> now) {
    Set<String> shapes = now.stream().map(handler -> handler.path().shape()).collect(toSet());
    closing.forEach(handler -> handler.close(shapes.contains(handler.path().shape())));
  }

  /**
   * Takes a route from all bridges that share channels with this one.
   *
   * @return completed once its streams have ended
   * @throws IllegalArgumentException if there is none of this name
   */
  public Future<Void> removeRoute(String route) {
    ServedRoute withdrawn = channels.withdraw(route);
    if (withdrawn == null) {
      throw new IllegalArgumentException(
          "expected one of the routes " + channels.routes().keySet() + ", got \"" + route + "\"");
    }
    channels.bridges().forEach(BridgeRoutes::serveRoutes);
    return closeEverywhere(withdrawn).onComplete(ended -> channels.giveUp(withdrawn));
  }

  private Future<Void> closeEverywhere(ServedRoute route) {
    return Future.join(channels.bridges().stream().map(bridge -> bridge.closeRoute(route)).toList())
        .mapEmpty();
  }

  /**
   * Does from now on what another configuration says, and with it all bridges that share channels
   * with this one. Routes that are the same there are not touched, nor are their streams; the
   * streams of routes that are not there any more end in the background.
   *
   * @param changes what happens to a route of which something has changed, by its name
   * @return completed once no message published from then on is missed on any route
   * @throws RuntimeException if it cannot be; then nothing has changed
   */
  public Future<Void> reload(BridgeConfig next, Map<String, Change> changes) {
    Channels.Reloaded reloaded = channels.reload(next, changes);
    channels.bridges().forEach(bridge -> bridge.follow(next));
    for (ServedRoute route : reloaded.ending()) {
      closeEverywhere(route)
          .onComplete(
              ended -> {
                if (reloaded.withdrawn().contains(route)) {
                  channels.giveUp(route);
                }
              });
    }
    return reloaded.ready();
  }

  private synchronized void follow(BridgeConfig all) {
    if (isDraining()) {
      return;
    }
    BridgeConfig next = view.apply(all);
    boolean publishes =
        !List.copyOf(next.publish().entrySet()).equals(List.copyOf(config.publish().entrySet()))
            || !next.http().equals(config.http())
            || !Objects.equals(next.auth(), config.auth())
            || !next.limits().decision().equals(config.limits().decision());
    Set<PathTemplate> rules = new HashSet<>();
    config = next;
    ownAddresses = next.ownAddresses();
    remotes = Remotes.of(next.http());
    guard.change(next);
    ServedPaths before = served;
    List<SubscribeHandler> streams = streamsNow();
    List<PublishHandler> publishers = before.publishers();
    if (publishes) {
      replaced.removeIf(PublishHandler::isIdle);
      replaced.addAll(publishers);
      publishers = publishersNow(next);
      publishers.forEach(publisher -> rules.add(publisher.path()));
      channels.publishRules(next.publish().keySet());
    }
    if (publishes || !streams.equals(before.streams())) {
      serve(paths(streams, publishers));
    }
    Set<SubscribeHandler> closing = new HashSet<>(before.streams());
    streams.forEach(closing::remove);
    close(closing, streams);
    if (publishes) {
      replaced.stream()
          .filter(old -> !rules.contains(old.path()))
          .forEach(PublishHandler::withdraw);
    }
  }

  /**
   * Answers a request for a stream, or one to publish, without any router, for a server that has no
   * handlers but the bridge's.
   *
   * @return false for any other request, and where a page of another origin may have sent it
   */
  public boolean serve(HttpServerRequest request) {
    CorsRule cors = guard.cors();
    if (cors == null) {
      return isServed(request);
    }
    if (!CorsRule.isOfNoPage(request)) {
      return false;
    }
    cors.vary(request.response());
    boolean isServed = isServed(request);
    if (!isServed) {
      cors.dontVary(request.response());
    }
    return isServed;
  }

  private boolean isServed(HttpServerRequest request) {
    String path = request.path();
    HttpMethod method = request.method();
    if (path == null || HttpMethod.HEAD.equals(method)) {
      return false;
    }
    PathHandler handler = served.handler(method, path);
    return handler != null && handler.serveIfMatching(request);
  }

  /** Why a request is for another host than those that are named; null where it is not. */
  public @Nullable Problem problemOfHost(HttpServerRequest request) {
    return guard.problemOfHost(request);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Remotes remotes() {
    return remotes;
  }

  @Override
  public Rates rates() {
    return channels.rates();
  }

  private Future<Void> closeRoute(ServedRoute route) {
    return channels.hub().unlessOver(drain(route::equals));
  }

  private Future<Void> drain(Predicate<StreamRoute> routes) {
    return streams.drain(routes, config.http().drain().toMillis(), this::lastWords);
  }

  /**
   * Accepts nothing more, has what was accepted reach the streams, ends them, spread over the
   * configured time, and lets go of the channels.
   */
  public Future<Void> close() {
    return closeAfter(gate.shut());
  }

  /**
   * The same, because the deployment that mounted it ends. So that what another of its instances
   * still accepts does not miss streams that have ended here, none of them accepts any more.
   */
  public Future<Void> undeploy() {
    String deployment = mountings.onlyDeployment();
    return deployment == null
        ? close()
        : closeAfter(
            Future.all(
                    channels.bridges().stream()
                        .filter(bridge -> deployment.equals(bridge.mountings.onlyDeployment()))
                        .map(bridge -> bridge.gate.shut())
                        .toList())
                .mapEmpty());
  }

  private synchronized Future<Void> closeAfter(Future<Void> nothingMoreIsAccepted) {
    if (closed == null) {
      mountings.clear();
      served.publishers().forEach(PublishHandler::close);
      replaced.forEach(PublishHandler::close);
      served.streams().forEach(SubscribeHandler::refuseUndecided);
      closed =
          channels
              .hub()
              .unlessOver(
                  nothingMoreIsAccepted.compose(v -> appended()).compose(v -> drain(route -> true)))
              .transform(drained -> letGo());
    }
    return closed;
  }

  /** A store that takes nothing is waited for no longer than streams are, or a moment. */
  private Future<Void> appended() {
    long most = Math.max(MOMENT_MILLIS, config.http().drain().toMillis());
    return channels
        .appended()
        .timeout(most, TimeUnit.MILLISECONDS)
        .recover(
            e -> {
              LOG.log(Level.WARNING, "not everything that was published is in the histories", e);
              return Future.succeededFuture();
            });
  }

  private Future<Void> letGo() {
    letGo = true;
    channels.bridges().remove(this);
    streams.endLagWatch();
    return channels.hub().release(sharedKey) ? channels.close() : Future.succeededFuture();
  }

  /** Whether it is closed, or about to be. */
  public boolean isDraining() {
    return gate.isShut();
  }

  /** Whether all its streams have ended, and it has let go of everything. */
  public boolean isClosed() {
    return letGo;
  }

  @Override
  public Gate gate() {
    return gate;
  }

  @Override
  public StreamHandlers handlers() {
    return told;
  }

  @Override
  public boolean isToldDown(String store) {
    return channels.isToldDown(store);
  }

  @Override
  public boolean logsAccess() {
    return config.log().access();
  }

  @Override
  public OwnAddresses ownAddresses() {
    return ownAddresses;
  }

  @Override
  public @Nullable Access access() {
    return channels.access();
  }

  @Override
  public Authorizer authorizer() {
    return authorizer;
  }

  @Override
  public AuthDecisions authDecisions() {
    return channels.authDecisions();
  }

  @Override
  public long decisionMillis() {
    return config.limits().decision().toMillis();
  }

  /** The streams that were opened through this object. */
  OpenStreams openStreams() {
    return streams;
  }

  /** The streams of all bridges that share channels with this one. */
  public SharedStreams streams() {
    return shared;
  }

  /** When to come back: later than the others. */
  private byte @Nullable [] lastWords() {
    Duration retry = config.http().drainRetry();
    return retry == null
        ? null
        : RetryBlock.jittered(retry.toMillis(), ThreadLocalRandom.current());
  }
}
