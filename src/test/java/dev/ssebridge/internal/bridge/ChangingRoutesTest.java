package dev.ssebridge.internal.bridge;

import static dev.ssebridge.testing.BridgeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.ConfigException;
import dev.ssebridge.LimitsOptions;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeVerticle;
import dev.ssebridge.internal.address.ConsumedAddresses;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Routes that are added and removed while the bridge is served. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class ChangingRoutesTest {
  private static final JsonObject TWO_INSTANCES =
      new JsonObject(
          """
          {
            "http": { "port": 0, "drain": 0 },
            "routes": { "news": { "path": "/news", "address": "news" } },
            "publish": { "topics": { "path": "/topics/:topic", "address": "topics.{topic}" } }
          }
          """);

  private Vertx vertx;
  private HttpClient client;
  private SseProbes probes;

  @BeforeEach
  void start(Vertx ofTest) {
    vertx = ofTest;
    client = vertx.createHttpClient();
    probes = new SseProbes();
  }

  @AfterEach
  void stop() {
    probes.close();
  }

  private record Answer(int status, String allow, String body) {}

  private Answer ask(HttpMethod method, int port, String path) {
    return get(asking(method, port, path));
  }

  private Future<Answer> asking(HttpMethod method, int port, String path) {
    return client
        .request(method, port, "127.0.0.1", path)
        .compose(
            request ->
                request
                    .putHeader("content-type", "text/plain")
                    .send(method.equals(HttpMethod.POST) ? Buffer.buffer("x") : Buffer.buffer()))
        .compose(ChangingRoutesTest::answer);
  }

  private static Future<Answer> answer(HttpClientResponse response) {
    String allow = String.valueOf(response.getHeader("allow"));
    return response.body().map(body -> new Answer(response.statusCode(), allow, body.toString()));
  }

  @Test
  void everyInstanceOnOnePortServesARouteThatIsAdded() throws Exception {
    List<SseBridgeVerticle> instances = new ArrayList<>();
    List<SseBridge> bridges = new CopyOnWriteArrayList<>();
    get(
        vertx.deployVerticle(
            () -> {
              SseBridgeVerticle verticle =
                  new SseBridgeVerticle() {
                    @Override
                    protected void configure(SseBridge bridge, Router router) {
                      bridges.add(bridge);
                    }
                  };
              instances.add(verticle);
              return verticle;
            },
            new DeploymentOptions().setConfig(TWO_INSTANCES).setInstances(2)));
    int port = instances.get(0).actualPort();
    get(bridges.get(0).addRoute("late", new RouteOptions("/topics/:topic", "topics.{topic}")));

    // Of some connections in a row each instance gets some.
    List<SseProbe> readers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      SseProbe reader = probes.get(port, "/topics/a");
      reader.awaitOpen();
      readers.add(reader);
    }
    assertThat(ask(HttpMethod.POST, port, "/topics/a").status()).isEqualTo(202);
    for (SseProbe reader : readers) {
      reader.awaitData("x");
    }
    assertThat(ask(HttpMethod.OPTIONS, port, "/topics/a").allow()).contains("POST", "GET");

    get(bridges.get(1).removeRoute("late"));
    for (SseProbe reader : readers) {
      reader.awaitEnd();
    }
    for (int i = 0; i < 8; i++) {
      assertThat(ask(HttpMethod.GET, port, "/topics/a").status()).isEqualTo(405);
    }
    assertThat(bridges.get(0).stats().getJsonObject("routes").fieldNames()).containsExactly("news");
    SseProbe other = probes.get(port, "/news");
    other.awaitOpen();
    vertx.eventBus().publish("news", "still");
    other.awaitData("still");

    get(bridges.get(1).addRoute("late", new RouteOptions("/topics/:topic", "topics.{topic}")));
    SseProbe again = probes.get(port, "/topics/a?from=earliest");
    again.awaitOpen();
    assertThat(again.data()).as("what was retained before is given up").isEmpty();
  }

  @Test
  void onARouterOfAnApplicationALateRouteIsNotBehindItsOtherHandlers() throws Exception {
    Router sub = Router.router(vertx);
    sub.route("/private/*").handler(context -> context.fail(401));
    SseBridge bridge =
        SseBridge.create(
            vertx, new SseBridgeOptions().addRoute("news", new RouteOptions("/news", "news")));
    get(bridge.mount(sub));
    sub.route().handler(context -> context.response().setStatusCode(299).end());
    Router router = Router.router(vertx);
    router.route("/api/*").subRouter(sub);
    int port =
        get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1")).actualPort();
    assertThat(ask(HttpMethod.GET, port, "/api/late").status()).isEqualTo(299);

    get(bridge.addRoute("late", new RouteOptions("/late", "late")));
    get(bridge.addRoute("private", new RouteOptions("/private/:x", "private.{x}")));
    SseProbe reader = probes.get(port, "/api/late");
    reader.awaitOpen();
    vertx.eventBus().publish("late", "x");
    reader.awaitData("x");
    assertThat(ask(HttpMethod.GET, port, "/api/private/a").status()).isEqualTo(401);
    assertThat(ask(HttpMethod.PUT, port, "/api/late").status()).isEqualTo(299);
    assertThat(ask(HttpMethod.GET, port, "/api/other").status()).isEqualTo(299);

    get(bridge.removeRoute("late"));
    reader.awaitEnd();
    assertThat(ask(HttpMethod.GET, port, "/api/late").status()).isEqualTo(299);
    get(bridge.close());
  }

  /** From threads of the application, on two bridges that share, while a stream goes on. */
  @Test
  void routesThatComeAndGoLeaveNothingBehindAndDisturbNobody() throws Exception {
    SseBridgeOptions options =
        new SseBridgeOptions().addRoute("news", new RouteOptions("/news", "news"));
    SseBridge first = SseBridge.create(vertx, options);
    SseBridge second = SseBridge.create(vertx, options);
    Router router = Router.router(vertx);
    Router other = Router.router(vertx);
    get(first.mount(router));
    get(second.mount(other));
    int port =
        get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1")).actualPort();
    int otherPort =
        get(vertx.createHttpServer().requestHandler(other).listen(0, "127.0.0.1")).actualPort();
    SseProbe bystander = probes.get(port, "/news");
    bystander.awaitOpen();
    long promised = Hub.of(vertx).promised().get();
    int ofRouter = router.getRoutes().size();

    int threads = 4;
    int rounds = 50;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<java.util.concurrent.Future<?>> done = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      String name = "r" + thread;
      SseBridge adds = thread % 2 == 0 ? first : second;
      SseBridge removes = thread % 2 == 0 ? second : first;
      done.add(
          pool.submit(
              () -> {
                for (int round = 0; round < rounds; round++) {
                  get(adds.addRoute(name, new RouteOptions("/" + name, name)));
                  assertThat(ask(HttpMethod.HEAD, port, "/" + name).status()).isEqualTo(200);
                  assertThat(ask(HttpMethod.HEAD, otherPort, "/" + name).status()).isEqualTo(200);
                  get(removes.removeRoute(name));
                  assertThat(ask(HttpMethod.GET, port, "/" + name).status()).isEqualTo(404);
                  assertThat(ask(HttpMethod.GET, otherPort, "/" + name).status()).isEqualTo(404);
                  vertx.eventBus().publish("news", name + "-" + round);
                }
                return null;
              }));
    }
    pool.shutdown();
    for (java.util.concurrent.Future<?> each : done) {
      each.get(60, TimeUnit.SECONDS);
    }

    bystander.awaitEvents(threads * rounds);
    assertThat(bystander.data()).hasSize(threads * rounds).doesNotHaveDuplicates();
    assertThat(first.stats().getJsonObject("routes").fieldNames()).containsExactly("news");
    assertThat(Hub.of(vertx).promised()).hasValue(promised);
    assertThat(ConsumedAddresses.of(vertx)).containsExactly("news");
    assertThat(router.getRoutes()).hasSize(ofRouter);
    get(first.close());
    get(second.close());
    assertThat(Hub.of(vertx).promised()).hasValue(0);
    assertThat(ConsumedAddresses.of(vertx)).isEmpty();
  }

  private record Instance(SseBridge bridge, Router router, int port) {}

  private List<Instance> instances(int count, SseBridgeOptions options, Handler<SseBridge> before) {
    List<Instance> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SseBridge bridge = SseBridge.create(vertx, options);
      before.handle(bridge);
      Router router = Router.router(vertx);
      get(bridge.mount(router));
      HttpServer server =
          get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
      all.add(new Instance(bridge, router, server.actualPort()));
    }
    return all;
  }

  private static void inParallel(List<Callable<?>> tasks) throws Exception {
    CyclicBarrier together = new CyclicBarrier(tasks.size());
    ExecutorService pool = Executors.newFixedThreadPool(tasks.size());
    List<java.util.concurrent.Future<?>> done = new ArrayList<>();
    for (Callable<?> task : tasks) {
      done.add(
          pool.submit(
              () -> {
                together.await();
                return task.call();
              }));
    }
    pool.shutdown();
    for (java.util.concurrent.Future<?> each : done) {
      each.get(60, TimeUnit.SECONDS);
    }
  }

  /** Of a route that is taken away nobody waits for a decision, whatever is added at that time. */
  @Test
  void aRouteIsTakenFromAllInstancesWhileOthersAreAdded() throws Exception {
    AtomicInteger undecided = new AtomicInteger();
    SseBridgeOptions options =
        new SseBridgeOptions()
            .setLimits(new LimitsOptions().setDecision(Duration.ofHours(1)))
            .addRoute("news", new RouteOptions("/news", "news"));
    List<Instance> instances =
        instances(
            3,
            options,
            bridge ->
                bridge.subscribeHandler(
                    request -> {
                      if (request.route().startsWith("gone")) {
                        undecided.incrementAndGet();
                      } else {
                        request.accept();
                      }
                    }));
    for (int round = 0; round < 40; round++) {
      String gone = "gone" + round;
      get(instances.get(0).bridge().addRoute(gone, new RouteOptions("/" + gone, gone)));
      undecided.set(0);
      List<Future<Answer>> waiting = new ArrayList<>();
      for (Instance each : instances) {
        waiting.add(asking(HttpMethod.GET, each.port(), "/" + gone));
      }
      Deadline.await(() -> undecided.get() == instances.size(), () -> "those who wait");

      List<Callable<?>> changes = new ArrayList<>();
      changes.add(() -> get(instances.get(1).bridge().removeRoute(gone)));
      for (Instance each : instances) {
        String late = "late" + each.port() + "-" + round;
        changes.add(() -> get(each.bridge().addRoute(late, new RouteOptions("/" + late, late))));
      }
      inParallel(changes);

      for (Future<Answer> each : waiting) {
        assertThat(get(each).status()).as("round %d", round).isEqualTo(404);
      }
      for (Instance each : instances) {
        assertThat(ask(HttpMethod.GET, each.port(), "/" + gone).status()).isEqualTo(404);
        for (Instance other : instances) {
          String late = "/late" + other.port() + "-" + round;
          assertThat(ask(HttpMethod.HEAD, each.port(), late).status()).isEqualTo(200);
        }
      }
    }
    for (Instance each : instances) {
      get(each.bridge().close());
    }
  }

  @Test
  void aRouteThatIsRemovedAtOnceLeavesNoFutureWaiting() throws Exception {
    SseBridgeOptions options =
        new SseBridgeOptions().addRoute("news", new RouteOptions("/news", "news"));
    List<Instance> instances = instances(2, options, bridge -> {});
    SseBridge first = instances.get(0).bridge();
    SseBridge second = instances.get(1).bridge();
    List<Callable<?>> threads = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      String name = "r" + thread + "-";
      SseBridge adds = thread % 2 == 0 ? first : second;
      SseBridge removes = thread % 2 == 0 ? second : first;
      threads.add(
          () -> {
            for (int i = 0; i < 50; i++) {
              RouteOptions route = new RouteOptions("/" + name + i, name + i);
              Future<Void> added = adds.addRoute(name + i, route);
              Future<Void> removed = removes.removeRoute(name + i);
              get(removed);
              get(
                  added.recover(
                      e -> {
                        assertThat(e)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("it was removed before it was served");
                        return Future.succeededFuture();
                      }));
            }
            return null;
          });
    }
    inParallel(threads);

    for (Instance each : instances) {
      assertThat(each.bridge().stats().getJsonObject("routes").fieldNames())
          .containsExactly("news");
      assertThat(ask(HttpMethod.GET, each.port(), "/r0-49").status()).isEqualTo(404);
      get(each.bridge().close());
    }
    assertThat(Hub.of(vertx).promised()).hasValue(0);
  }

  @Test
  void whatIsSeldomMeantIsSaidOfARouteThatIsAddedAsWell() {
    SseBridge bridge =
        SseBridge.create(
            vertx, new SseBridgeOptions().addRoute("all", new RouteOptions("/:x", "all.{x}")));
    get(bridge.mount(Router.router(vertx)));
    try (LogRecorder log = LogRecorder.of(Channels.class)) {
      get(bridge.addRoute("late", new RouteOptions("/late", "late.*")));
      get(bridge.addRoute("two", new RouteOptions("/two/:unused", "two")));
      get(bridge.addRoute("fine", new RouteOptions("/fine/:x", "fine.{x}")));
      assertThat(log.messages())
          .satisfiesExactly(
              star -> assertThat(star).contains("/routes/late/address", "no wildcards"),
              path -> assertThat(path).contains("/routes/late/path", "no request reaches"),
              unused -> assertThat(unused).contains("/routes/two/path", ":unused"));
    }
    get(bridge.close());
  }

  @Test
  void aRequestOnItsWayToARouteThatIsTakenAwayGoesToTheNextHandler() {
    Promise<Void> login = Promise.promise();
    Promise<Void> came = Promise.promise();
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            context -> {
              came.tryComplete();
              login.future().onSuccess(v -> context.next());
            });
    SseBridge bridge =
        SseBridge.create(
            vertx, new SseBridgeOptions().addRoute("news", new RouteOptions("/news", "news")));
    get(bridge.mount(router));
    router.route().handler(context -> context.response().setStatusCode(299).end());
    int port =
        get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1")).actualPort();
    Future<Integer> answer =
        client
            .request(HttpMethod.GET, port, "127.0.0.1", "/news")
            .compose(request -> request.send().map(HttpClientResponse::statusCode));
    get(came.future());
    get(bridge.removeRoute("news"));
    login.complete();

    assertThat(get(answer)).isEqualTo(299);
    get(bridge.close());
  }

  @Test
  void beforeItIsMountedARouteIsAddedAsIfItHadBeenThere() throws Exception {
    SseBridge bridge = SseBridge.create(vertx, new SseBridgeOptions());
    get(bridge.addRoute("news", new RouteOptions("/news", "news")));
    get(bridge.addRoute("gone", new RouteOptions("/gone", "gone")));
    get(bridge.removeRoute("gone"));
    Router router = Router.router(vertx);
    get(bridge.mount(router));
    assertThat(bridge.stats().getJsonObject("routes").fieldNames()).containsExactly("news");
    get(bridge.close());
  }

  @Test
  void whatIsWrongWithARouteIsSaidAndChangesNothing() {
    SseBridge bridge =
        SseBridge.create(
            vertx, new SseBridgeOptions().addRoute("news", new RouteOptions("/news", "news")));
    get(bridge.mount(Router.router(vertx)));
    assertThatThrownBy(() -> bridge.addRoute("news", new RouteOptions("/x", "x")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/routes/news: expected a name that no route has");
    assertThatThrownBy(() -> bridge.addRoute("a b", new RouteOptions("/x", "x")))
        .hasMessageContaining("expected a name of 1..64");
    assertThatThrownBy(() -> bridge.addRoute("x", new RouteOptions("/news", "x")))
        .hasMessageContaining("/routes/x/path: expected a path of its own");
    assertThatThrownBy(() -> bridge.addRoute("x", new RouteOptions("/x")))
        .hasMessageContaining("/routes/x/address: missing");
    assertThatThrownBy(() -> bridge.removeRoute("x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected one of the routes [news]");
    assertThat(bridge.stats().getJsonObject("routes").fieldNames()).containsExactly("news");
    get(bridge.close());
    assertThatThrownBy(() -> bridge.addRoute("x", new RouteOptions("/x", "x")))
        .isInstanceOf(IllegalStateException.class);
  }
}
