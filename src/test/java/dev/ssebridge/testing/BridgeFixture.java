package dev.ssebridge.testing;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeVerticle;
import dev.ssebridge.StreamInfo;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.bridge.Channels;
import dev.ssebridge.internal.bridge.Extensions;
import dev.ssebridge.internal.bridge.ServedRoute;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.subscribe.StreamHandlers;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.EventCodec;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Deploys the bridge's verticle for a test, in the {@link Way} and for the {@link Wire} that the
 * test runs on, opens probes to it, and when it is closed checks that nothing is left of it: no
 * stream, no consumer of an address.
 */
public final class BridgeFixture implements AutoCloseable {
  private final Vertx vertx;
  private final Hub hub;
  private final SseProbes probes = new SseProbes(Wire.current());
  private final Queue<StreamInfo> ends = new ConcurrentLinkedQueue<>();
  private final List<SseBridgeVerticle> instances = new CopyOnWriteArrayList<>();
  private final BridgeRoutes view;
  private final String deployment;
  private final Extensions brought;
  private volatile Handler<StreamInfo> onEnd = closed -> {};
  private boolean undeployed;

  private BridgeFixture(
      Vertx vertx,
      JsonObject config,
      int count,
      Extensions brought,
      Handler<Router> before,
      Handler<SseBridge> beside) {
    this.vertx = vertx;
    this.hub = Hub.of(vertx);
    this.brought = brought;
    Way way = Way.current();
    JsonObject whole = whole(config);
    // An equal bridge, never mounted: it shares the channels, so that tests can look at them.
    this.view = new BridgeRoutes(vertx, configOf(whole, brought), brought, new StreamHandlers());
    this.deployment =
        get(
            vertx.deployVerticle(
                () -> {
                  SseBridgeVerticle verticle =
                      new Observed(
                          brought,
                          router -> prepare(way, router, before),
                          bridge -> beside.handle(bridge.closeHandler(this::onClosed)));
                  instances.add(verticle);
                  return verticle;
                },
                new DeploymentOptions().setConfig(whole).setInstances(count)));
  }

  private static JsonObject whole(JsonObject config) {
    JsonObject whole = Wire.current().in(Way.current().in(config));
    JsonObject http = whole.getJsonObject("http").put("port", 0);
    if (!http.containsKey("drain")) {
      http.put("drain", 0);
    }
    // Tests publish as fast as they can, from threads of their own; those of the bound set theirs.
    JsonObject limits = whole.getJsonObject("limits", new JsonObject());
    if (!limits.containsKey("waiting")) {
      limits.put("waiting", new JsonObject().put("events", 1_000_000).put("bytes", "128MiB"));
      whole.put("limits", limits);
    }
    return whole;
  }

  /** Has another configuration from now on; routes that are not equal begin a new history. */
  public void reload(String config) {
    get(view.reload(configOf(whole(json(config)), brought), Map.of()));
  }

  private static BridgeConfig configOf(JsonObject whole, Extensions brought) {
    return brought.stores().isEmpty()
        ? BridgeConfig.read(whole)
        : BridgeConfig.ofServer(new SseBridgeOptions(whole));
  }

  /** One instance of a bridge of this configuration, given as JSON with ' instead of ". */
  public static BridgeFixture deploy(Vertx vertx, String config) {
    return deploy(vertx, config, 1);
  }

  /** So many instances. */
  public static BridgeFixture deploy(Vertx vertx, String config, int instances) {
    return new BridgeFixture(
        vertx, json(config), instances, Extensions.NONE, router -> {}, bridge -> {});
  }

  /** With a codec. */
  public static BridgeFixture withCodec(Vertx vertx, String config, EventCodec codec) {
    return new BridgeFixture(
        vertx, json(config), 1, new Extensions(codec, Map.of()), router -> {}, bridge -> {});
  }

  /** With stores of history, by name. */
  public static BridgeFixture withStores(
      Vertx vertx, String config, Map<String, HistoryStore> stores) {
    Extensions brought = new Extensions(EventCodec.NONE, stores);
    return new BridgeFixture(vertx, json(config), 1, brought, router -> {}, bridge -> {});
  }

  /** With routes of the application before those of the bridge. */
  public static BridgeFixture withRouter(Vertx vertx, String config, Handler<Router> before) {
    return new BridgeFixture(vertx, json(config), 1, Extensions.NONE, before, bridge -> {});
  }

  /** So many instances, with more handlers of the application on each bridge. */
  public static BridgeFixture withHandlers(
      Vertx vertx, String config, int instances, Handler<SseBridge> handlers) {
    return new BridgeFixture(
        vertx, json(config), instances, Extensions.NONE, router -> {}, handlers);
  }

  /** With routes of the application before those of the bridge, and handlers on the bridge. */
  public static BridgeFixture withRouter(
      Vertx vertx, String config, Handler<Router> before, Handler<SseBridge> handlers) {
    return new BridgeFixture(vertx, json(config), 1, Extensions.NONE, before, handlers);
  }

  /** With handlers, which are set before the bridge is mounted. */
  public static BridgeFixture withHandlers(
      Vertx vertx, String config, Handler<SseBridge> handlers) {
    return withHandlers(vertx, config, 1, handlers);
  }

  /** JSON that is written with ' instead of ". */
  public static JsonObject json(String text) {
    return new JsonObject(text.replace('\'', '"'));
  }

  /** The result of a future. */
  public static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("expected success, got " + e, e);
    }
  }

  /** Where it listens. */
  public int port() {
    return instances.get(0).actualPort();
  }

  /** The bridge of the first instance. */
  public SseBridge bridge() {
    return Objects.requireNonNull(((Observed) instances.get(0)).mounted);
  }

  /** The probes of this test. */
  public SseProbes probes() {
    return probes;
  }

  /** Opens a stream, as an EventSource does. */
  public SseProbe get(String target, String... headers) {
    return probes.get(port(), target, headers);
  }

  /** Opens a stream and waits for its opening block: what is published from now on reaches it. */
  public SseProbe open(String target, String... headers) {
    SseProbe probe = get(target, headers);
    probe.awaitOpen();
    return probe;
  }

  /** Sends the head of a request. */
  public SseProbe request(String method, String target, String... headers) {
    return probes.request(port(), method, target, headers);
  }

  /** Publishes on the event bus. */
  public void publish(String address, Object body) {
    vertx.eventBus().publish(address, body);
  }

  /** Publishes {@link #numbers}. */
  public void publishNumbers(String address, int from, int to) {
    numbers(from, to).forEach(text -> publish(address, text));
  }

  /** Texts that end in these numbers, the last one included. */
  public static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "m" + i).toList();
  }

  /** The event bus. */
  public EventBus bus() {
    return vertx.eventBus();
  }

  /** What there is once in this Vert.x. */
  public Hub hub() {
    return hub;
  }

  /** The channels of a route. */
  public ServedRoute route(String name) {
    ServedRoute route = view.channels().routes().get(name);
    if (route == null) {
      throw new AssertionError("no route " + name);
    }
    return route;
  }

  /** The channels of all routes. */
  public Channels channels() {
    return view.channels();
  }

  /** Waits until the only channel of a route has appended so many events. */
  public void awaitHead(String route, long head) {
    Deadline.await(
        () ->
            route(route).channels().all().stream()
                .anyMatch(bound -> bound.channel().log().head() >= head),
        () -> "event " + head + " of " + route);
  }

  /** How many events wait until a store takes them. */
  public long waitingFor(String store) {
    return channels().waitingFor(store);
  }

  /** Waits until so many streams are open. */
  public void awaitStreams(int count) {
    Deadline.await(
        () -> channels().openStreams() == count,
        () -> count + " streams, there are " + channels().openStreams());
  }

  /** Waits until streams are open for these addresses, and for no others. */
  public void awaitListened(String... addresses) {
    Deadline.await(
        () -> hub.listened().listened().equals(Set.of(addresses)),
        () -> Set.of(addresses) + ", got " + hub.listened().listened());
  }

  /** Waits for so many ends, and returns their reasons in order. */
  public List<CloseReason> awaitEnds(int count) {
    Deadline.await(() -> ends.size() >= count, () -> count + " ends, there are " + ends.size());
    return ends.stream().map(ended -> Objects.requireNonNull(ended.reason())).toList();
  }

  /** What the close handler of the application does beside. */
  public void onEnd(Handler<StreamInfo> handler) {
    onEnd = handler;
  }

  private static void prepare(Way way, Router router, Handler<Router> before) {
    if (way.isRouted()) {
      router.route().handler(RoutingContext::next);
    }
    before.handle(router);
  }

  private void onClosed(StreamInfo closed) {
    ends.add(closed);
    onEnd.handle(closed);
  }

  /** Ends the deployment; the probes stay. */
  public Future<Void> undeploy() {
    undeployed = true;
    return vertx.undeploy(deployment).eventually(view::close);
  }

  /** Drops the connections, undeploys, and checks that nothing is left. */
  @Override
  public void close() {
    probes.close();
    if (!undeployed) {
      get(undeploy());
    }
    awaitStreams(0);
    Deadline.await(
        () -> hub.consumedAddresses() == 0,
        () -> "no consumers, there are " + hub.consumedAddresses());
    List<String> left = new ArrayList<>();
    channels()
        .routes()
        .forEach(
            (name, route) -> {
              if (!route.channels().all().isEmpty() || route.openStreams() != 0) {
                left.add(name);
              }
            });
    if (!left.isEmpty()) {
      throw new AssertionError("channels or streams are left of " + left);
    }
  }

  private static final class Observed extends SseBridgeVerticle {
    private final Extensions brought;
    private final Handler<Router> before;
    private final Handler<SseBridge> handlers;
    private @Nullable SseBridge mounted;

    Observed(Extensions brought, Handler<Router> before, Handler<SseBridge> handlers) {
      this.brought = brought;
      this.before = before;
      this.handlers = handlers;
    }

    @Override
    protected void configure(SseBridge bridge, Router router) {
      this.mounted = bridge;
      before.handle(router);
      brought.stores().forEach(bridge::historyStore);
      handlers.handle(bridge.codec(brought.codec()));
    }
  }
}
