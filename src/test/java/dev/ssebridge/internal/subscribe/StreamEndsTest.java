package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.StreamInfo;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import dev.ssebridge.testing.Wire;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Heartbeats, and every way in which a stream ends. */
@ExtendWith(VertxExtension.class)
@Ways
@Wires({Wire.TLS_HTTP_1, Wire.TLS_HTTP_1_OF_JDK, Wire.TLS_HTTP_2, Wire.TLS_HTTP_2_OF_JDK, Wire.H2C})
@Tag("slow")
class StreamEndsTest {
  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @Test
  void aStreamEndsCleanlyAfterMaxEventsAndGoesOnWhereItEnded() {
    try (BridgeFixture bridge = route("'maxEvents':3")) {
      SseProbe probe = bridge.open("/n");
      bridge.publishNumbers("news", 1, 10);
      probe.awaitEnd();
      assertThat(probe.data()).containsExactly("m1", "m2", "m3");

      SseProbe next = bridge.get("/n", "Last-Event-ID: " + probe.lastEventId());
      next.awaitEnd();
      assertThat(next.data()).containsExactly("m4", "m5", "m6");
      SseProbe all = bridge.get("/n?from=earliest");
      all.awaitEnd();
      assertThat(all.data()).containsExactly("m1", "m2", "m3");
      assertThat(bridge.awaitEnds(3)).containsOnly(CloseReason.MAX_EVENTS);
    }
  }

  @Test
  void aCloseHandlerThatThrowsAnErrorKeepsNoStreamFromEnding() {
    try (BridgeFixture bridge = route("'maxEvents':1000")) {
      bridge.onEnd(
          closed -> {
            throw new AssertionError("thrown for a test");
          });
      SseProbe one = bridge.open("/n");
      SseProbe two = bridge.open("/n");
      BridgeFixture.get(bridge.bridge().close());
      one.awaitEnd();
      two.awaitEnd();
    }
  }

  @Test
  void aSubsetCountsOnlyWhatItGot() {
    try (BridgeFixture bridge = route("'maxEvents':2", "'addresses':['news','other']")) {
      SseProbe probe = bridge.open("/n?address=other");
      bridge.publishNumbers("news", 1, 5);
      bridge.awaitHead("n", 5);
      bridge.publishNumbers("other", 6, 9);
      probe.awaitEnd();
      assertThat(probe.data()).containsExactly("m6", "m7");
    }
  }

  @Test
  void aRouteThatIsTakenAwayEndsItsStreamsAndNoOthers() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'http':{'drain':'50ms','drainRetry':'7s'},'routes':{"
                + "'n':{'path':'/n','address':'news'},'o':{'path':'/o','address':'other'}}}")) {
      SseProbe gone = bridge.open("/n");
      SseProbe stays = bridge.open("/o");
      BridgeFixture.get(bridge.bridge().removeRoute("n"));

      gone.awaitEnd();
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.DRAINED);
      assertThat(bridge.get("/n").status()).isEqualTo(404);
      bridge.publishNumbers("other", 1, 2);
      stays.awaitEvents(2);
      assertThatThrownBy(() -> bridge.bridge().removeRoute("x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[o]");
    }
  }

  @Test
  void aStreamEndsCleanlyAtMaxAge() {
    try (BridgeFixture bridge = route("'maxAge':'100ms'")) {
      SseProbe probe = bridge.open("/n");
      probe.awaitEnd();
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.MAX_AGE);
    }
  }

  @Test
  void aClientThatFinishesOrResetsIsGoneAndToldOnce() {
    try (BridgeFixture bridge = route("'heartbeat':0")) {
      bridge.open("/n").close();
      bridge.open("/n").reset();
      bridge.open("/n").finish();

      bridge.awaitStreams(0);
      bridge.publishNumbers("news", 1, 3);
      bridge.awaitHead("n", 3);
      assertThat(bridge.awaitEnds(3)).hasSize(3).containsOnly(CloseReason.CLIENT_GONE);
      assertThat(bridge.route("n").counters().closed(CloseReason.CLIENT_GONE)).isEqualTo(3);
    }
  }

  @Test
  void heartbeatsAreCommentsThatNoEventComesOf() {
    try (BridgeFixture bridge = route("'heartbeat':'60ms'")) {
      SseProbe probe = bridge.open("/n");
      probe.awaitComments(4);
      assertThat(probe.events()).isEmpty();
      assertThat(probe.body()).doesNotContain("data").contains("\n:\n\n:\n\n");
      bridge.publish("news", "m1");
      probe.awaitData("m1");
    }
  }

  @Test
  void noHeartbeatIsSentWhereSomethingElseWasWritten() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'busy':{'path':'/busy','address':'busy','heartbeat':'300ms'},"
                + "'idle':{'path':'/idle','address':'idle','heartbeat':'300ms'}}}")) {
      SseProbe busy = bridge.open("/busy");
      SseProbe idle = bridge.open("/idle");
      long timer = vertx.setPeriodic(20, t -> bridge.publish("busy", "x"));
      try {
        // Where the machine stands still for an interval, both get one.
        Deadline.await(
            () -> idle.comments().size() >= busy.comments().size() + 2,
            () -> "more of the idle one, got " + idle.comments() + " and " + busy.comments());
      } finally {
        vertx.cancelTimer(timer);
      }
      assertThat(busy.events().size()).isGreaterThan(10);
    }
  }

  @Test
  void theHeartbeatOfAFilteredStreamMovesItsCursor() {
    try (BridgeFixture bridge = route("'heartbeat':'60ms'", "'addresses':['news','other']")) {
      SseProbe probe = bridge.open("/n?address=other");
      bridge.publishNumbers("news", 1, 5);
      Deadline.await(
          () -> probe.lastEventId().endsWith("-5"), () -> "the id 5, got " + probe.lastEventId());
      assertThat(probe.events()).isEmpty();
    }
  }

  @Test
  void aShutdownEndsEveryStreamOnAnEventBoundaryPacedAndWithATimeToComeBack() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'http':{'drain':'400ms','drainRetry':'2s'},'routes':{'n':{'path':'/n','address':'news'}}}",
            2)) {
      List<SseProbe> probes = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        probes.add(bridge.open("/n"));
      }
      long timer = vertx.setPeriodic(1, t -> bridge.publish("news", "x"));
      long start = System.nanoTime();
      try {
        Future<Void> down = bridge.undeploy();
        probes.forEach(SseProbe::awaitEnd);
        BridgeFixture.get(down);
      } finally {
        vertx.cancelTimer(timer);
      }
      long millis = (System.nanoTime() - start) / 1_000_000;

      assertThat(millis).as("paced").isGreaterThan(200);
      assertThat(probes)
          .allSatisfy(
              probe -> {
                assertThat(probe.body()).endsWith("\n\n");
                assertThat(probe.retry()).isBetween(2000L, 4000L);
              });
      assertThat(probes.stream().map(SseProbe::retry).distinct().count()).isGreaterThan(10);
      assertThat(bridge.awaitEnds(40)).hasSize(40).containsOnly(CloseReason.DRAINED);
    }
  }

  @Test
  void aShutdownWithoutStreamsIsQuick() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx, "{'http':{'drain':'30s'},'routes':{'n':{'path':'/n','address':'news'}}}")) {
      SseProbe done = bridge.open("/n");
      done.close();
      bridge.awaitStreams(0);
      bridge.request("HEAD", "/n").head(); // a connection that stays open, idle
      BridgeFixture.get(bridge.undeploy());
    }
  }

  @Test
  void aClosedBridgeRefusesStreamsAndMessagesOnItsRouterAndHoldsNothing() {
    Router router = Router.router(vertx);
    SseBridge bridge =
        SseBridge.create(
            vertx,
            SseBridgeOptions.read(
                Way.current()
                    .in(
                        BridgeFixture.json(
                            "{'http':{'drain':0},'routes':{'t':{'path':'/t/:x','address':'t.{x}'}},"
                                + "'publish':{'t':{'path':'/t/:x','address':'t.{x}'}}}"))));
    Queue<StreamInfo> ends = new ConcurrentLinkedQueue<>();
    bridge.closeHandler(ends::add);
    BridgeFixture.get(bridge.mount(router));
    HttpServer server =
        BridgeFixture.get(
            vertx
                .createHttpServer(Wire.current().in(new HttpServerOptions()))
                .requestHandler(router)
                .listen(0, "127.0.0.1"));
    try (SseProbes probes = new SseProbes(Wire.current())) {
      SseProbe open = probes.get(server.actualPort(), "/t/a");
      open.awaitOpen();
      assertThat(bridge.openStreams()).isEqualTo(1);
      BridgeFixture.get(bridge.close());
      open.awaitEnd();
      Deadline.await(() -> ends.size() == 1, () -> "the end of the stream");

      SseProbe late = probes.get(server.actualPort(), "/t/b");
      assertThat(late.awaitEnd().comments()).hasSize(1);
      SseProbe post = probes.request(server.actualPort(), "POST", "/t/c", "Content-Length: 0");
      assertThat(post.status()).isEqualTo(503);
      Deadline.await(
          () -> dev.ssebridge.internal.bus.Hub.of(vertx).consumedAddresses() == 0,
          () -> "no consumers");
    }
    BridgeFixture.get(server.close());
  }

  @Test
  void anApplicationThatEndsTheResponseItselfDisturbsNobody() {
    Queue<RoutingContext> contexts = new ConcurrentLinkedQueue<>();
    try (BridgeFixture bridge =
        BridgeFixture.withRouter(
            vertx,
            "{'routes':{'n':{'path':'/n','address':'news'}}}",
            router ->
                router
                    .route()
                    .handler(
                        context -> {
                          contexts.add(context);
                          context.next();
                        }))) {
      SseProbe ended = bridge.open("/n");
      SseProbe other = bridge.open("/n");
      RoutingContext first = contexts.element();
      vertx.runOnContext(v -> first.response().end());
      ended.awaitEnd();
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.APPLICATION);
      bridge.publishNumbers("news", 1, 3);
      other.awaitEvents(3);
      assertThat(bridge.channels().openStreams()).isEqualTo(1);
    }
  }

  @Test
  void anExceptionInTheCloseHandlerIsNobodysEnd() {
    try (BridgeFixture bridge =
        BridgeFixture.withRouter(
            vertx, "{'routes':{'n':{'path':'/n','address':'news'}}}", router -> {})) {
      bridge.onEnd(
          closed -> {
            throw new IllegalStateException("a mistake of the application");
          });
      SseProbe stays = bridge.open("/n");
      bridge.open("/n").reset();
      bridge.awaitStreams(1);
      bridge.publish("news", "m1");
      stays.awaitData("m1");
    }
  }

  private static BridgeFixture route(String more) {
    return route(more, "'address':'news'");
  }

  private static BridgeFixture route(String more, String addresses) {
    return BridgeFixture.deploy(
        vertx, "{'routes':{'n':{'path':'/n'," + addresses + "," + more + "}}}");
  }
}
