package dev.ssebridge.internal.bridge;

import static java.util.stream.Collectors.toSet;

import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.internal.auth.Access;
import dev.ssebridge.internal.auth.Accesses;
import dev.ssebridge.internal.auth.AuthDecisions;
import dev.ssebridge.internal.auth.Revocation;
import dev.ssebridge.internal.auth.Revocations;
import dev.ssebridge.internal.auth.Revoked;
import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.ChannelSpec;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.bus.RemoteChannels;
import dev.ssebridge.internal.bus.RetainedBytes;
import dev.ssebridge.internal.bus.RouteChannels;
import dev.ssebridge.internal.bus.StoredSpec;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ConfigWarnings;
import dev.ssebridge.internal.config.Key.Change;
import dev.ssebridge.internal.config.LimitsConfig;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.eventstream.ReservedTypes;
import dev.ssebridge.internal.fanout.StreamCounters;
import dev.ssebridge.internal.http.Rates;
import dev.ssebridge.internal.publish.PublishCounters;
import dev.ssebridge.internal.publish.PublishTarget;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.StoreHealth;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What all bridge objects of one configuration share in a Vert.x: the channels of every route and
 * the counts against the limits. So a client that comes back finds its history on every instance.
 */
public final class Channels {
  private static final System.Logger LOG = System.getLogger(Channels.class.getName());
  private static final int MOST_WARNED = 1000;

  private final Vertx vertx;
  private final Extensions extensions;
  private final Stores stores;
  private final @Nullable StoreNotices notices;
  private final Hub hub;
  private final StoredOnDemand onDemand;
  private final Admissions admissions;
  private final RetainedBytes retained;
  private final RemoteChannels remotes;
  private final Rates rates;
  private final AuthDecisions decisions = new AuthDecisions();
  private final ConcurrentMap<String, PublishCounters> publish = new ConcurrentHashMap<>();

  /** Also while nobody has to show who he is: another configuration may ask for it again. */
  private final Revoked revoked;

  private final Future<Void> ready;
  private final Set<BridgeRoutes> bridges = ConcurrentHashMap.newKeySet();

  private final AtomicInteger lagWatchers = new AtomicInteger();

  // written by this, when the configuration is read again
  private volatile @Nullable Access access;

  // written by this, whenever a route is added or removed
  private volatile Map<String, ServedRoute> routes = Map.of();
  private volatile PublishTarget.Fed fed =
      new PublishTarget.Fed(new ReservedTypes(Set.of()), false, List.of());

  /** What happened on routes that are given up; written by this. */
  private volatile Past past = new Past(Totals.NONE, Set.of());

  // guarded by this
  private final Set<String> leaving = new HashSet<>();
  private LimitsConfig limits;
  private Runnable unlimitWaiting;
  private Runnable unlimitBodies;
  private long promised;
  private @Nullable Revocations revocations;
  private final Set<Problem> warned = new HashSet<>();

  // written by this
  private volatile boolean closed;

  Channels(Vertx vertx, BridgeConfig config, Extensions extensions, Hub hub) {
    config.requireStores(extensions.stores().keySet());
    this.vertx = vertx;
    this.extensions = extensions;
    this.hub = hub;
    this.onDemand = new StoredOnDemand(hub);
    this.stores = new Stores(vertx, config, extensions.stores(), hub);
    this.notices = StoreNotices.begin(vertx, this, stores);
    this.limits = config.limits();
    this.admissions = new Admissions(config.limits());
    this.rates = new Rates(config.limits(), System::nanoTime);
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
    Map<String, ServedRoute> opened = new LinkedHashMap<>();
    config.routes().forEach((name, route) -> opened.put(name, open(name, route, null)));
    serve(opened);
    this.unlimitWaiting = limitWaiting(limits);
    this.unlimitBodies = hub.bodies().limit(needs.bodiesIn(heap));
    this.revoked = new Revoked(hub.clock());
    this.access = Accesses.of(vertx, config, hub.clock(), rates.authFailures(), revoked);
    this.revocations = listen();
    this.ready = openFixed();
  }

  /**
   * Warns of what is seldom meant in the configuration of a bridge that shares these; of each thing
   * once, as those of a deployment are all alike, while others differ in their paths to publish to.
   */
  synchronized void warn(BridgeConfig config) {
    for (Problem warning : ConfigWarnings.ofServed(config)) {
      if (warned.size() < MOST_WARNED && warned.add(warning)) {
        LOG.log(Level.WARNING, warning);
      }
    }
  }

  private Runnable limitWaiting(LimitsConfig limits) {
    return hub.limitWaiting(limits.waiting().events(), limits.waiting().bytes());
  }

  Hub hub() {
    return hub;
  }

  Extensions extensions() {
    return extensions;
  }

  /** Where histories are kept beside the heap. */
  Stores stores() {
    return stores;
  }

  /** Whether streams of this store have been told that it is down. */
  boolean isToldDown(String store) {
    return notices != null && notices.isToldDown(store);
  }

  /** How they do, by name. */
  public Map<String, StoreHealth> storeHealth() {
    Map<String, StoreHealth> all = new TreeMap<>();
    stores.all().forEach((name, kept) -> all.put(name, kept.store().health()));
    return all;
  }

  /** How many events wait until a store takes them. */
  public long waitingFor(String store) {
    Stores.Kept kept = stores.all().get(store);
    return kept == null ? 0 : kept.waiting().events();
  }

  /** How often something may happen. */
  public Rates rates() {
    return rates;
  }

  /**
   * Has it counted how far streams are behind, those of all bridges included, until the result is
   * run, which is to be once.
   */
  public Runnable watchLag() {
    synchronized (lagWatchers) {
      if (lagWatchers.getAndIncrement() == 0) {
        bridges.forEach(bridge -> bridge.openStreams().watchLag());
      }
    }
    return this::unwatchLag;
  }

  private void unwatchLag() {
    synchronized (lagWatchers) {
      if (lagWatchers.decrementAndGet() == 0) {
        bridges.forEach(bridge -> bridge.openStreams().endLagWatch());
      }
    }
  }

  /** Whether somebody wants to know that. */
  boolean isLagWatched() {
    return lagWatchers.get() > 0;
  }

  /** What was decided about those who asked. */
  public AuthDecisions authDecisions() {
    return decisions;
  }

  /** What happened at the path of a rule. */
  PublishCounters publishCounters(String rule) {
    return publish.computeIfAbsent(rule, name -> new PublishCounters());
  }

  /** The same by rule. */
  public Map<String, PublishCounters> publishCounters() {
    return new TreeMap<>(publish);
  }

  /** From now on there are no rules but these. */
  void publishRules(Set<String> rules) {
    publish.keySet().retainAll(rules);
  }

  /** Whether the last bridge has ended that shares them. */
  public boolean isClosed() {
    return closed;
  }

  /** The history of all channels together, in bytes. */
  public long retainedBytes() {
    return retained.total();
  }

  /** What they may hold: {@code limits.retained}, or what the heap has room for. */
  public long retainedLimit() {
    return retained.limit();
  }

  /** How many streams there may be at a time. */
  public synchronized int mostStreams() {
    return limits.subscribers();
  }

  /** What was evicted, in bytes, because all channels together held more than they may. */
  public long shedBytes() {
    return retained.shed();
  }

  /** Streams open now, and requests for one that are being decided. */
  public int openStreams() {
    return admissions.open();
  }

  /** What happened on all routes that there are, or were. */
  Totals totals() {
    Past gone = past;
    Set<StreamCounters> counted = new HashSet<>(gone.leaving());
    routes.values().forEach(route -> counted.add(route.counters()));
    Totals all = gone.former();
    for (StreamCounters each : counted) {
      all = all.and(each);
    }
    return all;
  }

  /**
   * The routes that are served no more.
   *
   * @param former what happened on those that were given up
   * @param leaving the counters of those whose streams are ending
   */
  private record Past(Totals former, Set<StreamCounters> leaving) {

    Past with(StreamCounters counters) {
      Set<StreamCounters> more = new HashSet<>(leaving);
      more.add(counters);
      return new Past(former, Set.copyOf(more));
    }

    /**
     * @param counts whether nobody else goes on with them
     */
    Past without(StreamCounters counters, boolean counts) {
      Set<StreamCounters> fewer = new HashSet<>(leaving);
      fewer.remove(counters);
      return new Past(counts ? former.and(counters) : former, Set.copyOf(fewer));
    }
  }

  /** By name. */
  public Map<String, ServedRoute> routes() {
    return routes;
  }

  ServedRoute route(String name) {
    ServedRoute route = routes.get(name);
    if (route == null) {
      throw new IllegalArgumentException("no route " + name);
    }
    return route;
  }

  /** Who finds out who asks; null where nobody has to show it. */
  public @Nullable Access access() {
    return access;
  }

  private @Nullable Revocations listen() {
    String address = revocationsOf(access);
    return address == null ? null : new Revocations(vertx, address, this::revoke);
  }

  private static @Nullable String revocationsOf(@Nullable Access asked) {
    return asked == null ? null : asked.config().revocations();
  }

  private void hearNoMore() {
    if (revocations != null) {
      revocations.close();
    }
  }

  /**
   * Ends the streams that a revocation names, and has it remembered; tells how many those were.
   * Others who listen to the same address are told as well.
   *
   * @throws IllegalStateException if nobody has to show who he is
   */
  public synchronized Future<Integer> revokeEverywhere(Revocation revocation) {
    if (access == null) {
      throw new IllegalStateException("nobody has to show who he is");
    }
    return revocations == null ? revoke(revocation) : revocations.everywhere(revocation);
  }

  /** Ends the streams that a revocation names, and has it remembered; tells how many those were. */
  private Future<Integer> revoke(Revocation revocation) {
    Access asked = access;
    if (asked != null) {
      asked.revoke(revocation);
    }
    List<Future<Integer>> ended = new ArrayList<>();
    for (BridgeRoutes bridge : bridges) {
      bridge
          .openStreams()
          .loops()
          .forEach(loop -> ended.add(loop.end(revocation::names, CloseReason.UNAUTHORIZED)));
    }
    return hub.unlessOver(Future.all(ended))
        .map(
            all ->
                ended.stream().mapToInt(each -> each.result() == null ? 0 : each.result()).sum());
  }

  /** Completed once the channels of routes without parameters receive messages. */
  public Future<Void> ready() {
    return ready;
  }

  /** What publishing has to know of all routes. */
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
    for (ServedRoute route : routes.values()) {
      for (BoundChannel bound : route.channels().all()) {
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
   * @return completed once no message published from then on is missed; fails if the route is
   *     withdrawn before that
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
    routes.forEach((each, route) -> present.put(each, route.config()));
    BridgeConfig whole = asker.withRoute(present, name, options, isEmbedded);
    RouteConfig config = Objects.requireNonNull(whole.routes().get(name));
    ServedRoute route = open(name, config, new RouteOptions(options));
    Map<String, ServedRoute> more = new LinkedHashMap<>(routes);
    more.put(name, route);
    serve(more);
    promise(MemoryNeeds.ofChannels(config));
    ConfigWarnings.ofAdded(name, whole).forEach(warning -> LOG.log(Level.WARNING, warning));
    return route
        .openFixed()
        .recover(
            e ->
                Future.failedFuture(
                    routes.get(name) == route
                        ? e
                        : new IllegalStateException(
                            "route " + name + ": it was removed before it was served", e)));
  }

  /** From now on there is no such route; null if there was none. */
  synchronized @Nullable ServedRoute withdraw(String name) {
    Map<String, ServedRoute> fewer = new LinkedHashMap<>(routes);
    ServedRoute withdrawn = fewer.remove(name);
    if (withdrawn != null) {
      leaving.add(name);
      past = past.with(withdrawn.counters());
      serve(fewer);
      promise(-MemoryNeeds.ofChannels(withdrawn.config()));
    }
    return withdrawn;
  }

  /** Gives up the channels of a route that was withdrawn, with what they retain. */
  synchronized void giveUp(ServedRoute withdrawn) {
    leaving.remove(withdrawn.name());
    withdrawn.channels().close();
    StreamCounters counters = withdrawn.counters();
    boolean counts = routes.values().stream().noneMatch(now -> now.counters() == counters);
    past = past.without(counters, counts);
  }

  /**
   * What is to be done for a configuration that is in effect.
   *
   * @param ending routes that are served no more, whose streams are to end
   * @param withdrawn those of them whose channels are then to be {@linkplain #giveUp given up}
   * @param ready completed once no message published from then on is missed
   */
  record Reloaded(List<ServedRoute> ending, Set<ServedRoute> withdrawn, Future<Void> ready) {}

  /**
   * Has exactly the routes and limits of another configuration from now on. Routes that are the
   * same there are not touched.
   *
   * @param changes what happens to a route of which something has changed, by its name
   * @throws RuntimeException if it cannot be; then nothing has changed
   */
  synchronized Reloaded reload(BridgeConfig next, Map<String, Change> changes) {
    if (closed) {
      throw new IllegalStateException("the bridge is closed");
    }
    long heap = Runtime.getRuntime().maxMemory();
    MemoryNeeds needs =
        new MemoryNeeds(next.limits(), next.routes().values(), hub.promised().get() - promised);
    long most = needs.retainedIn(heap);
    Access asked = access;
    access = Accesses.changed(asked, vertx, next, hub.clock(), rates.authFailures(), revoked);
    if (!Objects.equals(revocationsOf(access), revocationsOf(asked))) {
      Revocations before = revocations;
      revocations = listen();
      if (before != null) {
        before.close();
      }
    }

    Map<String, ServedRoute> before = new LinkedHashMap<>(routes);
    Map<String, ServedRoute> served = new LinkedHashMap<>();
    Set<ServedRoute> withdrawn = new HashSet<>();
    List<Future<Void>> ready = new ArrayList<>();
    next.routes()
        .forEach(
            (name, config) -> {
              ServedRoute old = before.get(name);
              Change change = changes.getOrDefault(name, Change.NEW_HISTORY);
              ServedRoute now =
                  old == null ? open(name, config, null) : changed(old, config, change);
              served.put(name, now);
              if (now != old) {
                ready.add(now.openFixed());
              }
            });
    before.forEach(
        (name, old) -> {
          ServedRoute now = served.get(name);
          if (now == null || now.channels() != old.channels()) {
            withdrawn.add(old);
          }
        });
    Set<ServedRoute> staying = new HashSet<>(served.values());
    before.values().removeIf(staying::contains);
    withdrawn.forEach(route -> past = past.with(route.counters()));
    serve(served);
    limit(next.limits(), most, needs.bodiesIn(heap));
    promise(most + needs.ofChannels() - promised);
    return new Reloaded(
        List.copyOf(before.values()), withdrawn, Future.all(ready).<Void>mapEmpty());
  }

  private ServedRoute changed(ServedRoute old, RouteConfig config, Change change) {
    if (old.config().equals(config)) {
      return old;
    }
    if (change == Change.NEW_HISTORY) {
      return new ServedRoute(old.name(), config, successors(old, config), admissions, null);
    }
    ChannelSpec spec = spec(old.name(), config, old.counters(), Future.succeededFuture());
    if (change == Change.STREAMS_END) {
      return old.successor(config, spec);
    }
    old.change(config, spec);
    return old;
  }

  /**
   * Of a name there is one channel in a store: the next opens it when the one before has let go.
   */
  private RouteChannels successors(ServedRoute old, RouteConfig config) {
    Promise<Void> free = Promise.promise();
    ChannelSpec spec = spec(old.name(), config, old.counters(), free.future());
    RouteChannels next = hub.open(spec, retained, remotes);
    boolean same = old.config().history().store().equals(config.history().store());
    old.channels()
        .retireIfStored()
        .onComplete(
            lost -> {
              if (same) { // of another store the epoch is another, and that is told
                next.inherit(lost.result());
              }
              free.complete();
            });
    return next;
  }

  private void limit(LimitsConfig next, long mostRetained, long mostBodies) {
    if (next.equals(limits)) {
      retained.limit(mostRetained); // it may depend on the routes
      return;
    }
    limits = next;
    admissions.limit(next);
    rates.change(next);
    retained.limit(mostRetained);
    remotes.limit(next.mostChannelsPerRemote(), next::mostChannelsPerRemote);
    Runnable waitingBefore = unlimitWaiting;
    Runnable bodiesBefore = unlimitBodies;
    unlimitWaiting = limitWaiting(next);
    unlimitBodies = hub.bodies().limit(mostBodies);
    waitingBefore.run();
    bodiesBefore.run();
  }

  private void promise(long bytes) {
    promised += bytes;
    hub.promised().addAndGet(bytes);
  }

  private void serve(Map<String, ServedRoute> served) {
    routes = Collections.unmodifiableMap(served);
    onDemand.serve(served.values());
    fed =
        new PublishTarget.Fed(
            new ReservedTypes(
                served.values().stream().map(route -> route.config().gapType()).collect(toSet())),
            served.values().stream()
                .anyMatch(route -> RouteConfig.TYPE_ADDRESS.equals(route.config().type())),
            served.values().stream()
                .filter(ServedRoute::isOfOneAddressOnDemand)
                .map(PublishTarget.Feed.class::cast)
                .toList());
  }

  private ChannelSpec spec(
      String name, RouteConfig route, StreamCounters counters, Future<Void> free) {
    StoredSpec stored = stores.of(route, free);
    if (stored != null) {
      onDemand.begin();
    }
    return ChannelSpecs.of(name, route, extensions.codec(), counters, stored);
  }

  private ServedRoute open(String name, RouteConfig route, @Nullable RouteOptions added) {
    ChannelSpec spec = spec(name, route, new StreamCounters(), Future.succeededFuture());
    return new ServedRoute(name, route, hub.open(spec, retained, remotes), admissions, added);
  }

  /** Completed once the stores have what they were given. */
  synchronized Future<Void> close() {
    closed = true;
    if (notices != null) {
      notices.end();
    }
    routes.values().forEach(route -> route.channels().close());
    onDemand.end();
    unlimitWaiting.run();
    unlimitBodies.run();
    hub.promised().addAndGet(-promised);
    hearNoMore();
    Access asked = access;
    if (asked != null) {
      asked.close();
    }
    return hub.unlessOver(hub.loopsAnswer().eventually(stores::close));
  }

  private Future<Void> openFixed() {
    return Future.all(routes.values().stream().map(ServedRoute::openFixed).toList()).mapEmpty();
  }
}
