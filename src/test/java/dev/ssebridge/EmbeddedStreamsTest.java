package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.TimeoutHandler;
import io.vertx.ext.web.impl.UserContextInternal;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams behind and beside what an application has on its own router. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class EmbeddedStreamsTest {
  private static final String LOG = "dev.ssebridge.internal.subscribe.Interruptions";
  private static final String NEWS = "{'routes':{'n':{'path':'/n','address':'news'}}}";

  private final SseProbes probes = new SseProbes();
  private final Queue<StreamInfo> closed = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    probes.close();
  }

  private SseBridge bridge(Vertx vertx, String config) {
    return SseBridge.create(vertx, SseBridgeOptions.read(BridgeFixture.json(config)))
        .closeHandler(closed::add);
  }

  private static int listen(Vertx vertx, Router router) {
    return BridgeFixture.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
        .actualPort();
  }

  private StreamInfo awaitClosed() {
    Deadline.await(() -> !closed.isEmpty(), () -> "an end");
    return closed.element();
  }

  @Test
  void theLogSaysThatATimeoutHandlerWillEndStreamsAndWhenItHas(Vertx vertx) {
    Router router = Router.router(vertx);
    router.route().handler(TimeoutHandler.create(300));
    SseBridge bridge = bridge(vertx, NEWS);
    BridgeFixture.get(bridge.mount(router));
    try (LogRecorder log = LogRecorder.of(LOG)) {
      SseProbe probe = probes.get(listen(vertx, router), "/n");
      probe.awaitOpen();
      assertThat(log.messages()).hasSize(1);
      assertThat(log.messages().get(0)).contains("route n", "TimeoutHandler", "maxAge");
      probe.awaitDisconnect();
      assertThat(awaitClosed().reason()).isEqualTo(CloseReason.APPLICATION);
      assertThat(log.messages()).hasSize(2);
      assertThat(log.messages().get(1)).contains("route n", "503", "by the TimeoutHandler");
    }
    BridgeFixture.get(bridge.close());
  }

  @Test
  void aTimeoutHandlerIsSeenAtEachPlaceThatTheBridgeIsMountedAt(Vertx vertx) {
    Router streams = Router.router(vertx);
    SseBridge bridge = bridge(vertx, NEWS);
    BridgeFixture.get(bridge.mount(streams));
    Router router = Router.router(vertx);
    router.route("/fine/*").subRouter(streams);
    router.route("/timed/*").handler(TimeoutHandler.create(60_000));
    router.route("/timed/*").subRouter(streams);
    try (LogRecorder log = LogRecorder.of(LOG)) {
      int port = listen(vertx, router);
      probes.get(port, "/fine/n").awaitOpen();
      assertThat(log.messages()).isEmpty();

      probes.get(port, "/timed/n").awaitOpen();
      probes.get(port, "/timed/n").awaitOpen();
      assertThat(log.messages()).hasSize(1);
      assertThat(log.messages().get(0)).contains("route n", "TimeoutHandler", "maxAge");
    }
    BridgeFixture.get(bridge.close());
  }

  @Test
  void theLogSaysWhoseCodeHasEndedAStream(Vertx vertx) {
    Queue<RoutingContext> contexts = new ConcurrentLinkedQueue<>();
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            context -> {
              contexts.add(context);
              context.next();
            });
    SseBridge bridge = bridge(vertx, NEWS);
    BridgeFixture.get(bridge.mount(router));
    try (LogRecorder log = LogRecorder.of(LOG)) {
      int port = listen(vertx, router);
      probes.get(port, "/n").awaitOpen();
      RoutingContext context = contexts.element();
      context.vertx().runOnContext(v -> endsIt(context));
      assertThat(awaitClosed().reason()).isEqualTo(CloseReason.APPLICATION);
      assertThat(log.messages()).hasSize(1);
      assertThat(log.messages().get(0)).contains("route n", "endsIt", "EmbeddedStreamsTest");

      for (int i = 0; i < 50; i++) {
        contexts.clear();
        SseProbe probe = probes.get(port, "/n");
        probe.awaitOpen();
        RoutingContext next = contexts.element();
        next.vertx().runOnContext(v -> endsIt(next));
        probe.awaitEnd();
      }
      assertThat(log.messages()).as("not for each").hasSizeLessThan(10);
    }
    BridgeFixture.get(bridge.close());
  }

  @Test
  void theLogSaysWhoseCodeHasFailedTheRequestOfAStreamLater(Vertx vertx) {
    Router router = Router.router(vertx);
    router.route().handler(EmbeddedStreamsTest::failedSoon);
    SseBridge bridge = bridge(vertx, NEWS);
    BridgeFixture.get(bridge.mount(router));
    assertTheLogSaysWhoHasFailedIt(listen(vertx, router), "/n");
    BridgeFixture.get(bridge.close());
  }

  @Test
  void theLogSaysSoOfABridgeOnARouterBelow(Vertx vertx) {
    Router streams = Router.router(vertx);
    SseBridge bridge = bridge(vertx, NEWS);
    BridgeFixture.get(bridge.mount(streams));
    Router router = Router.router(vertx);
    router.route().handler(EmbeddedStreamsTest::failedSoon);
    router.route("/below/*").subRouter(streams);
    assertTheLogSaysWhoHasFailedIt(listen(vertx, router), "/below/n");
    BridgeFixture.get(bridge.close());
  }

  @Test
  void theLogSaysWhoseCodeHasFailedTheRequestAndNotWhoHasAnsweredTheFailure(Vertx vertx) {
    Router router = Router.router(vertx);
    router.route().handler(EmbeddedStreamsTest::failedSoon);
    router.route().failureHandler(EmbeddedStreamsTest::endsIt);
    SseBridge bridge = bridge(vertx, NEWS);
    BridgeFixture.get(bridge.mount(router));
    assertTheLogSaysWhoHasFailedIt(listen(vertx, router), "/n");
    BridgeFixture.get(bridge.close());
  }

  private void assertTheLogSaysWhoHasFailedIt(int port, String path) {
    try (LogRecorder log = LogRecorder.of(LOG)) {
      probes.get(port, path).awaitOpen();
      assertThat(awaitClosed().reason()).isEqualTo(CloseReason.APPLICATION);
      assertThat(log.messages())
          .singleElement()
          .asString()
          .contains("route n", "504", "by dev.ssebridge.EmbeddedStreamsTest.failsIt");
    }
  }

  private static void failedSoon(RoutingContext context) {
    context.vertx().setTimer(100, timer -> failsIt(context));
    context.next();
  }

  private static void failsIt(RoutingContext context) {
    context.fail(504);
  }

  private static void endsIt(RoutingContext context) {
    var unused = context.response().end();
  }

  @Test
  void aParameterOfAParentPathIsHeldToTheRulesOfOwnOnes(Vertx vertx) {
    SseBridge bridge =
        bridge(
            vertx,
            "{'routes':{'r':{'path':'/events','address':'rooms.{room}','limits':{'parameter':8}},"
                + "'s':{'path':'/events/:seat','address':'rooms.{room}.{seat}'}}}");
    Router sub = Router.router(vertx);
    BridgeFixture.get(bridge.mount(sub));
    Router router = Router.router(vertx);
    router.route("/rooms/:room/*").subRouter(sub);
    router.route("/nowhere/*").subRouter(sub);
    int port = listen(vertx, router);

    SseProbe blue = probes.get(port, "/rooms/blue/events");
    SseProbe red = probes.get(port, "/rooms/r%C3%B6d/events");
    SseProbe seat = probes.get(port, "/rooms/blue/events/7");
    List.of(blue, red, seat).forEach(SseProbe::awaitOpen);
    vertx.eventBus().publish("rooms.blue", "to blue");
    vertx.eventBus().publish("rooms.r\u00f6d", "to red");
    vertx.eventBus().publish("rooms.blue.7", "to the seat");
    blue.awaitData("to blue");
    red.awaitData("to red");
    seat.awaitData("to the seat");
    assertThat(blue.data()).hasSize(1);
    blue.close();
    assertThat(awaitClosed().parameters()).containsEntry("room", "blue");
    assertThat(awaitClosed().channel()).containsExactly("rooms.blue");

    for (String bad : List.of("a.b", "a%0Ab", "%FF", "123456789")) {
      assertThat(probes.get(port, "/rooms/" + bad + "/events").status()).as(bad).isEqualTo(400);
    }
    try (LogRecorder log = LogRecorder.of("dev.ssebridge.internal.http.PathParameters")) {
      SseProbe answer = probes.get(port, "/nowhere/events");
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
      assertThat(log.messages()).singleElement().asString().contains("{room}");
    }
    BridgeFixture.get(bridge.close());
  }

  @Test
  void whatIsNearlyAParameterOfThePathMayBeOneOfAPathAboveButIsWarnedOf(Vertx vertx) {
    try (LogRecorder log = LogRecorder.of("dev.ssebridge.internal.bridge.Channels")) {
      SseBridge bridge =
          bridge(vertx, "{'routes':{'t':{'path':'/t/:topic','address':'t.{tpoic}'}}}");
      BridgeFixture.get(bridge.mount(Router.router(vertx)));
      assertThat(log.messages())
          .singleElement()
          .asString()
          .contains("/routes/t/path: the parameter :topic", "did you mean it by {tpoic}?");
      BridgeFixture.get(bridge.close());
    }
  }

  @Test
  void aUserThatAHandlerHasFoundOutIsSeenByAll(Vertx vertx) {
    Queue<User> seen = new ConcurrentLinkedQueue<>();
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            context -> {
              ((UserContextInternal) context.userContext()).setUser(User.fromName("ann"));
              context.next();
            });
    SseBridge bridge =
        bridge(vertx, NEWS)
            .subscribeHandler(
                "n",
                request -> {
                  User user = request.user();
                  if (user != null) {
                    seen.add(user);
                    request.address("user." + user.subject()).accept();
                  }
                });
    BridgeFixture.get(bridge.mount(router));
    SseProbe probe = probes.get(listen(vertx, router), "/n");
    probe.awaitOpen();
    vertx.eventBus().publish("user.ann", "to ann");
    probe.awaitData("to ann");
    probe.close();
    assertThat(awaitClosed().user()).isSameAs(seen.element());
    BridgeFixture.get(bridge.close());
  }

  @Test
  void onAWorkerTheDecisionIsMadeThereAndTheStreamIsToldOfOnItsLoop(Vertx vertx) {
    Queue<String> threads = new ConcurrentLinkedQueue<>();
    OnWorker verticle = new OnWorker(threads);
    BridgeFixture.get(
        vertx.deployVerticle(
            verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    SseProbe probe = probes.get(verticle.port(), "/n");
    probe.awaitOpen();
    vertx.eventBus().publish("other", "decided");
    probe.awaitData("decided");
    probe.close();
    Deadline.await(() -> threads.size() == 3, () -> "three calls, got " + threads);
    assertThat(List.copyOf(threads).get(0)).contains("worker");
    assertThat(List.copyOf(threads).subList(1, 3)).allMatch(name -> name.contains("eventloop"));
  }

  private static final class OnWorker extends VerticleBase {
    private final Queue<String> threads;
    private volatile @Nullable HttpServer server;

    OnWorker(Queue<String> threads) {
      this.threads = threads;
    }

    int port() {
      HttpServer listening = server;
      return listening == null ? 0 : listening.actualPort();
    }

    private void note() {
      threads.add(Thread.currentThread().getName());
    }

    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      SseBridge bridge =
          SseBridge.create(vertx, SseBridgeOptions.read(BridgeFixture.json(NEWS)))
              .subscribeHandler(
                  request -> {
                    note();
                    Context own = vertx.getOrCreateContext();
                    own.runOnContext(v -> request.address("other").accept());
                  })
              .openHandler(info -> note())
              .closeHandler(info -> note());
      // Here: a server belongs to the context that it listens on.
      Future<HttpServer> listening =
          vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1");
      return Future.join(bridge.mount(router), listening.onSuccess(listener -> server = listener));
    }
  }
}
