package dev.ssebridge.internal.bridge;

import dev.ssebridge.PublishRequest;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.LimitsConfig;
import dev.ssebridge.internal.config.OwnAddresses;
import dev.ssebridge.internal.config.PublishConfig;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.http.Allowed;
import dev.ssebridge.internal.http.Gate;
import dev.ssebridge.internal.http.OriginRule;
import dev.ssebridge.internal.http.PathHandler;
import dev.ssebridge.internal.http.Remotes;
import dev.ssebridge.internal.publish.PublishHandler;
import dev.ssebridge.internal.publish.PublishTarget;
import dev.ssebridge.internal.publish.Reviewers;
import dev.ssebridge.internal.socket.Internals;
import dev.ssebridge.internal.subscribe.OpenStreams;
import dev.ssebridge.internal.subscribe.RetryBlock;
import dev.ssebridge.internal.subscribe.StreamHandlers;
import dev.ssebridge.internal.subscribe.StreamListener;
import dev.ssebridge.internal.subscribe.SubscribeHandler;
import dev.ssebridge.spi.EventCodec;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One bridge object: its routes on a router, and the streams that were opened through them. */
public final class BridgeRoutes implements StreamListener {
  // set at construction
  private final Vertx vertx;
  private final BridgeConfig config;
  private final Object sharedKey;
  private final Channels channels;
  private final StreamHandlers told;
  private final OwnAddresses ownAddresses;
  private final SharedStreams shared;
  private final RequestGuard guard;
  private final String name;
  private final Remotes remotes;
  private final List<SubscribeHandler> handlers = new CopyOnWriteArrayList<>();
  private final List<PublishHandler> publishers = new CopyOnWriteArrayList<>();
  private final Mountings mountings = new Mountings(this::undeploy);
  private final OpenStreams streams = new OpenStreams();
  private final Gate gate = new Gate();

  // written before it is mounted
  private Function<String, List<Handler<PublishRequest>>> publishHandlers = rule -> List.of();

  // guarded by this
  private final Map<String, List<Runnable>> removers = new HashMap<>();

  private @Nullable Future<Void> closed;

  /** Bridge objects of an equal key share their channels. */
  private record SharedKey(LimitsConfig limits, Map<String, RouteConfig> routes) {}

  /**
   * Opens the channels, or joins those that an equal bridge has opened.
   *
   * @throws IllegalStateException if that one has another codec
   */
  public BridgeRoutes(Vertx vertx, BridgeConfig config, EventCodec codec, StreamHandlers told) {
    this.vertx = vertx;
    this.config = config;
    this.told = told;
    this.ownAddresses = config.ownAddresses();
    this.guard = new RequestGuard(config.http());
    this.name = config.federation().nameIn(vertx);
    this.remotes = new Remotes(config.http().trustedProxies());
    Internals.warnIfOutOfReach();
    Hub hub = Hub.of(vertx);
    this.sharedKey = new SharedKey(config.limits(), config.routes());
    this.channels = hub.share(sharedKey, Channels.class, () -> new Channels(config, codec, hub));
    if (!channels.codec().equals(codec)) {
      if (hub.release(sharedKey)) {
        channels.close();
      }
      throw new IllegalStateException(
          "expected one codec for all bridges of this configuration, which share their channels,"
              + " got another object than the first has; make the codec once and give it to each"
              + " (a lambda that captures a variable is a new object each time)");
    }
    this.shared = new SharedStreams(vertx, channels);
  }

  /** Who decides about the messages of a rule, by its name; before it is mounted. */
  public void publishHandlers(Function<String, List<Handler<PublishRequest>>> ofRule) {
    publishHandlers = ofRule;
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
    add(router);
    return channels.ready();
  }

  /** The same on a router that is all the bridge's: other methods of its paths are refused. */
  public synchronized Future<Void> mountOnOwn(Router router) {
    add(router).forEach(methods -> methods.refuseOthers(router));
    return channels.ready();
  }

  private Collection<Allowed> add(Router router) {
    mountings.add(vertx);
    channels.bridges().add(this);
    Map<String, Allowed> allowed = new LinkedHashMap<>();
    channels.routes().values().forEach(route -> mountRoute(router, route, allowed));
    OriginRule origins = new OriginRule(config.http().cors().publishOrigins());
    for (Map.Entry<String, PublishConfig> named : config.publish().entrySet()) {
      PublishConfig publish = named.getValue();
      String rule = named.getKey();
      String path = publish.path().regex();
      PublishTarget target =
          new PublishTarget(
              publish,
              new Reviewers(rule, publishHandlers.apply(rule), config.limits().decision()),
              channels.reservedTypes(),
              channels.hasTypesOfAddresses(),
              channels.ofOneAddressOnDemand());
      PublishHandler handler =
          new PublishHandler(
              vertx, channels.hub(), target, origins, remotes, gate, config.http().drain());
      publishers.add(handler);
      router.routeWithRegex(HttpMethod.POST, path).handler(guard.before(handler));
      allowed
          .computeIfAbsent(path, p -> new Allowed(router, p, guard::before))
          .add(HttpMethod.POST);
    }
    return allowed.values();
  }

  private void mountRoute(Router router, Channels.Route route, Map<String, Allowed> allowed) {
    String path = route.config().path().regex();
    SubscribeHandler handler =
        new SubscribeHandler(channels.hub(), route, streams, this, config.http().writer());
    handlers.add(handler);
    Allowed methods = allowed.computeIfAbsent(path, p -> new Allowed(router, p, guard::before));
    methods.add(HttpMethod.GET, HttpMethod.HEAD);
    Route get = router.routeWithRegex(HttpMethod.GET, path).handler(guard.before(handler));
    Route head = router.routeWithRegex(HttpMethod.HEAD, path).handler(guard.before(handler));
    removers
        .computeIfAbsent(route.name(), name -> new ArrayList<>())
        .add(
            () -> {
              get.remove();
              head.remove();
              methods.remove(HttpMethod.GET, HttpMethod.HEAD);
            });
  }

  /**
   * Answers a request for a stream, or one to publish, without any router, for a server that has no
   * handlers but the bridge's.
   *
   * @return false for any other request
   */
  public boolean serve(HttpServerRequest request) {
    for (PathHandler handler : handlersOf(request.method())) {
      if (handler.serveIfMatching(request)) {
        return true;
      }
    }
    return false;
  }

  private List<? extends PathHandler> handlersOf(HttpMethod method) {
    if (HttpMethod.GET.equals(method)) {
      return handlers;
    }
    return HttpMethod.POST.equals(method) ? publishers : List.of();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Remotes remotes() {
    return remotes;
  }

  /** Ends the streams of one route, which is served no more. */
  public synchronized Future<Void> closeRoute(String route) {
    removers.getOrDefault(route, List.of()).forEach(Runnable::run);
    removers.remove(route);
    List<SubscribeHandler> closing =
        handlers.stream().filter(handler -> handler.routeName().equals(route)).toList();
    closing.forEach(SubscribeHandler::close);
    return channels.hub().unlessOver(drain(route::equals));
  }

  private Future<Void> drain(Predicate<String> routes) {
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
      publishers.forEach(PublishHandler::close);
      handlers.forEach(SubscribeHandler::refuseUndecided);
      closed =
          channels
              .hub()
              .unlessOver(
                  nothingMoreIsAccepted
                      .compose(v -> channels.appended())
                      .compose(v -> drain(route -> true)))
              .onComplete(drained -> letGo());
    }
    return closed;
  }

  private void letGo() {
    channels.bridges().remove(this);
    if (channels.hub().release(sharedKey)) {
      channels.close();
    }
  }

  /** Whether it is closed, or about to be. */
  public boolean isDraining() {
    return gate.isShut();
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
  public OwnAddresses ownAddresses() {
    return ownAddresses;
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
