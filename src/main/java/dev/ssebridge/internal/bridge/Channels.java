package dev.ssebridge.internal.bridge;

import static java.util.stream.Collectors.toSet;

import dev.ssebridge.RouteOptions;
import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.ChannelSpec;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.bus.RemoteChannels;
import dev.ssebridge.internal.bus.RetainedBytes;
import dev.ssebridge.internal.bus.RouteChannels;
import dev.ssebridge.internal.bus.RouteChannels.Wish;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ConfigWarnings;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.eventstream.ReservedTypes;
import dev.ssebridge.internal.fanout.StreamCounters;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.PathParameters;
import dev.ssebridge.internal.publish.PublishTarget;
import dev.ssebridge.internal.subscribe.StreamRoute;
import dev.ssebridge.spi.EventCodec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What all bridge objects of one configuration share in a Vert.x: the channels of every route and
 * the counts against the limits. So a client that comes back finds its history on whichever
 * instance takes the connection.
 */
public final class Channels {
  private static final System.Logger LOG = System.getLogger(Channels.class.getName());

  private final EventCodec codec;
  private final Hub hub;
  private final Admissions admissions;
  private final RetainedBytes retained;
  private final RemoteChannels remotes;
  private final Runnable unlimitWaiting;
  private final Runnable unlimitBodies;
  private final Future<Void> ready;
  private final Set<BridgeRoutes> bridges = ConcurrentHashMap.newKeySet();

  // written by this, whenever a route is added or removed
  private volatile Map<String, Route> routes = Map.of();
  private volatile PublishTarget.Fed fed =
      new PublishTarget.Fed(new ReservedTypes(Set.of()), false, List.of());

  // guarded by this
  private final Set<String> leaving = new HashSet<>();
  private long promised;
  private boolean closed;

  Channels(BridgeConfig config, EventCodec codec, Hub hub) {
    this.codec = codec;
    this.hub = hub;
    this.admissions = new Admissions(config.limits());
    MemoryNeeds needs =
        new MemoryNeeds(config.limits(), config.routes().values(), hub.promised().get());
    long heap = Runtime.getRuntime().maxMemory();
    long most = needs.retainedIn(heap);
    this.retained = new RetainedBytes(most);
    this.promised = most + needs.ofChannels();
    hub.promised().addAndGet(promised);
    this.remotes =
        new RemoteChannels(
            config.limits().mostChannelsPerRemote(), config.limits()::mostChannelsPerRemote);
    Map<String, Route> opened = new LinkedHashMap<>();
    config.routes().forEach((name, route) -> opened.put(name, open(name, route)));
    serve(opened);
    this.unlimitWaiting =
        hub.limitWaiting(config.limits().waiting().events(), config.limits().waiting().bytes());
    this.unlimitBodies = hub.bodies().limit(needs.bodiesIn(heap));
    this.ready = openFixed();
    ConfigWarnings.ofServed(config).forEach(warning -> LOG.log(Level.WARNING, warning));
  }

  Hub hub() {
    return hub;
  }

  EventCodec codec() {
    return codec;
  }

  /** The history of all channels together, in bytes. */
  public long retainedBytes() {
    return retained.total();
  }

  /** What they may hold: {@code limits.retained}, or what the heap has room for. */
  public long retainedLimit() {
    return retained.limit();
  }

  /** What was evicted, in bytes, because all channels together held more than they may. */
  public long shedBytes() {
    return retained.shed();
  }

  /** Streams open now, and requests for one that are being decided. */
  public int openStreams() {
    return admissions.open();
  }

  /** By name. */
  public Map<String, Route> routes() {
    return routes;
  }

  Route route(String name) {
    Route route = routes.get(name);
    if (route == null) {
      throw new IllegalArgumentException("no route " + name);
    }
    return route;
  }

  /** Completed once the channels of routes without parameters receive messages. */
  Future<Void> ready() {
    return ready;
  }

  /** What matters of all routes to whoever publishes. */
  PublishTarget.Fed fed() {
    return fed;
  }

  /** The bridge objects that share all this. */
  Set<BridgeRoutes> bridges() {
    return bridges;
  }

  /** Completed once all that was published before is in the logs. Any thread. */
  Future<Void> appended() {
    List<Future<Void>> fences = new ArrayList<>();
    for (Route route : routes.values()) {
      for (BoundChannel bound : route.channels.all()) {
        Promise<Void> appended = Promise.promise();
        bound.fence(appended::tryComplete);
        fences.add(appended.future());
      }
    }
    return Future.all(fences).mapEmpty();
  }

  /**
   * Opens the channels of one more route.
   *
   * @param asker the configuration of the bridge that adds it, whose own addresses it must not have
   * @return completed once no message published from then on is missed
   * @throws dev.ssebridge.ConfigException if there is anything wrong with it, or if its name or
   *     path is taken
   */
  synchronized Future<Void> add(
      BridgeConfig asker, String name, RouteOptions options, boolean isEmbedded) {
    if (closed || leaving.contains(name)) {
      throw new IllegalStateException(
          closed ? "the bridge is closed" : "route " + name + ": it is still being removed");
    }
    Map<String, RouteConfig> present = new LinkedHashMap<>();
    routes.forEach((each, route) -> present.put(each, route.config));
    BridgeConfig whole = asker.withRoute(present, name, options, isEmbedded);
    Route route = open(name, Objects.requireNonNull(whole.routes().get(name)));
    Map<String, Route> more = new LinkedHashMap<>(routes);
    more.put(name, route);
    serve(more);
    promise(MemoryNeeds.ofChannels(route.config));
    return openFixed(route);
  }

  /** From now on there is no such route; null if there was none. */
  synchronized @Nullable Route withdraw(String name) {
    Map<String, Route> fewer = new LinkedHashMap<>(routes);
    Route withdrawn = fewer.remove(name);
    if (withdrawn != null) {
      leaving.add(name);
      serve(fewer);
      promise(-MemoryNeeds.ofChannels(withdrawn.config));
    }
    return withdrawn;
  }

  /** Gives up the channels of a route that was withdrawn, with what they retain. */
  synchronized void giveUp(Route withdrawn) {
    leaving.remove(withdrawn.name);
    withdrawn.channels.close();
  }

  private void promise(long bytes) {
    promised += bytes;
    hub.promised().addAndGet(bytes);
  }

  private void serve(Map<String, Route> served) {
    routes = Collections.unmodifiableMap(served);
    fed =
        new PublishTarget.Fed(
            new ReservedTypes(
                served.values().stream().map(route -> route.config.gapType()).collect(toSet())),
            served.values().stream()
                .anyMatch(route -> RouteConfig.TYPE_ADDRESS.equals(route.config.type())),
            served.values().stream()
                .filter(Route::isOfOneAddressOnDemand)
                .map(PublishTarget.Feed.class::cast)
                .toList());
  }

  private Route open(String name, RouteConfig route) {
    ChannelSpec spec = ChannelSpecs.of(name, route, codec, new StreamCounters());
    return new Route(name, route, hub.open(spec, retained, remotes), admissions);
  }

  synchronized void close() {
    closed = true;
    routes.values().forEach(route -> route.channels.close());
    unlimitWaiting.run();
    unlimitBodies.run();
    hub.promised().addAndGet(-promised);
  }

  /** A route without parameters has its one channel from the start to the end. */
  private Future<Void> openFixed() {
    return Future.all(routes.values().stream().map(Channels::openFixed).toList()).mapEmpty();
  }

  private static Future<Void> openFixed(Route route) {
    if (!route.config.isOfOneChannel() || route.config.gone()) {
      return Future.succeededFuture();
    }
    BoundChannel bound = route.channels.acquire(route.fixedAddresses(), Wish.OF_ROUTE);
    return bound == null ? Future.succeededFuture() : bound.ready();
  }

  /** One route of the configuration, and its channels. */
  public static final class Route implements StreamRoute, PublishTarget.Feed {
    private final String name;
    private final RouteConfig config;
    private final RouteChannels channels;
    private final Admissions admissions;
    private final Admissions.Count count;

    private Route(String name, RouteConfig config, RouteChannels channels, Admissions admissions) {
      this.admissions = admissions;
      this.name = name;
      this.config = config;
      this.channels = channels;
      this.count = new Admissions.Count(new AtomicInteger(), config.limits().subscribers());
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public RouteConfig config() {
      return config;
    }

    @Override
    public RouteChannels channels() {
      return channels;
    }

    private boolean isOfOneAddressOnDemand() {
      return config.addresses().size() == 1 && !config.isOfOneChannel() && !config.gone();
    }

    /** What happened on it. */
    public StreamCounters counters() {
      return channels.spec().counters();
    }

    /** Streams open now. */
    public int openStreams() {
      return count.open().get();
    }

    @Override
    public String whyNoChannel(String remote) {
      int full = channels.fullAt(remote);
      return full > 0
          ? "limits.channelsPerRemote: "
              + full
              + " channels exist because of requests from your address"
          : "the route's limits.channels: " + config.limits().channels() + " exist";
    }

    @Override
    public @Nullable String admit(String remote) {
      return admissions.admit(count, remote);
    }

    @Override
    public void release(String remote) {
      admissions.release(count, remote);
    }

    @Override
    public @Nullable String join(BoundChannel bound) {
      return Admissions.join(countOf(bound));
    }

    @Override
    public void leave(BoundChannel bound) {
      bound.subscribers().decrementAndGet();
    }

    private Admissions.Count countOf(BoundChannel bound) {
      return new Admissions.Count(bound.subscribers(), config.limits().subscribersPerChannel());
    }

    @Override
    public int mostOfParameter() {
      return config.limits().parameter();
    }

    @Override
    public @Nullable Map<String, String> match(String address) {
      return config.addresses().get(0).match(address);
    }

    @Override
    public List<String> addresses(Map<String, String> parameters) throws BadRequestException {
      Set<String> addresses = new LinkedHashSet<>();
      for (AddressTemplate template : config.addresses()) {
        addresses.add(PathParameters.address(template, config.path(), parameters));
      }
      return List.copyOf(addresses);
    }

    /** Those of a route without parameters. */
    private List<String> fixedAddresses() {
      return config.addresses().stream()
          .map(template -> template.resolve(Map.of()))
          .distinct()
          .toList();
    }
  }
}
