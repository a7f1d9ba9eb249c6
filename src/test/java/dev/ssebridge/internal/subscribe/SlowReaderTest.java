package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.StreamGap;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.StreamAccount;
import dev.ssebridge.testing.Ways;
import dev.ssebridge.testing.Wire;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader that stops reading, over a real socket: what it is told afterwards is exact. */
@ExtendWith(VertxExtension.class)
@Ways
@Wires({Wire.TLS_HTTP_1, Wire.TLS_HTTP_1_OF_JDK, Wire.TLS_HTTP_2, Wire.TLS_HTTP_2_OF_JDK, Wire.H2C})
@Tag("slow")
class SlowReaderTest {
  private static final String PAD = "x".repeat(64 * 1024);

  /** More than a socket takes on its own. */
  private static final int MANY = 200;

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @Test
  void gapGoesOnWithTheOldestEventThereIsAndTellsExactlyWhatWasMissed() {
    try (BridgeFixture bridge = route("'history':{'events':5}")) {
      SseProbe slow = stop(bridge);
      publishMany(bridge);
      slow.goOn();
      finish(bridge, slow);

      StreamAccount account = StreamAccount.of(slow);
      assertThat(account.to()).isEqualTo(MANY + 1);
      assertThat(account.missed()).isPositive();
      assertThat(account.delivered() + account.missed()).isEqualTo(MANY + 1);
      assertThat(bridge.route("n").counters().missed(GapReason.SLOW)).isEqualTo(account.missed());
      assertThat(slow.awaitJson("sse.gap").getString("reason")).isEqualTo("slow");
    }
  }

  @Test
  void aLimitOfLagIsKeptAlthoughTheHistoryHasMore() {
    try (BridgeFixture bridge = route("'history':{'bytes':'64MiB'},'slow':{'lag':{'events':3}}")) {
      SseProbe slow = stop(bridge);
      publishMany(bridge);
      slow.goOn();
      finish(bridge, slow);

      StreamAccount account = StreamAccount.of(slow);
      assertThat(account.missed()).isPositive();
      assertThat(slow.data()).contains("end").anyMatch(d -> d.startsWith((MANY - 2) + " "));
    }
  }

  @Test
  void theApplicationIsToldOfEachGapThatTheReaderIsToldOf() {
    Queue<StreamGap> gaps = new ConcurrentLinkedQueue<>();
    try (BridgeFixture bridge =
        BridgeFixture.withHandlers(
            vertx, config("'history':{'events':5}"), b -> b.gapHandler(gaps::add))) {
      SseProbe slow = stop(bridge);
      publishMany(bridge);
      slow.goOn();
      finish(bridge, slow);

      List<String> told =
          slow.events().stream()
              .filter(event -> "sse.gap".equals(event.type()))
              .map(event -> String.valueOf(event.id()))
              .toList();
      assertThat(gaps).extracting(StreamGap::to).isEqualTo(told).isNotEmpty();
      assertThat(gaps).extracting(StreamGap::reason).containsOnly(GapReason.SLOW);
      assertThat(gaps.stream().mapToLong(gap -> Objects.requireNonNull(gap.missed())).sum())
          .isEqualTo(StreamAccount.of(slow).missed());
    }
  }

  @Test
  void silentGapsAreNotToldButCounted() {
    try (BridgeFixture bridge = route("'gap':'silent','history':{'events':5}")) {
      SseProbe slow = stop(bridge);
      publishMany(bridge);
      slow.goOn();
      finish(bridge, slow);

      assertThat(slow.events()).noneMatch(event -> "sse.gap".equals(event.type()));
      long delivered = slow.events().size();
      assertThat(bridge.route("n").counters().missed(GapReason.SLOW))
          .isEqualTo(MANY + 1 - delivered)
          .isPositive();
    }
  }

  @Test
  void latestJumpsToTheNewestEvent() {
    try (BridgeFixture bridge =
        route("'history':{'bytes':'64MiB'},'slow':{'policy':'latest','lag':{'events':10}}")) {
      SseProbe slow = stop(bridge);
      publishMany(bridge);
      slow.goOn();
      finish(bridge, slow);

      StreamAccount account = StreamAccount.of(slow);
      assertThat(account.to()).isEqualTo(MANY + 1);
      List<ServerSentEvent> events = slow.events();
      int gap = indexOfGap(events);
      assertThat(String.valueOf(events.get(gap + 1).data())).startsWith(MANY + " ");
    }
  }

  @Test
  void conflateDeliversTheNewestOfEachKeyInOrderAndTellsHowManyWereMerged() {
    try (BridgeFixture bridge =
        route(
            "'history':{'bytes':'64MiB'},"
                + "'slow':{'policy':'conflate','key':'/k','lag':{'events':10}}")) {
      SseProbe slow = stop(bridge);
      for (int i = 1; i <= MANY; i++) {
        bridge.publish("news", new JsonObject().put("k", i % 7).put("n", i).put("pad", PAD));
      }
      awaitStuck(bridge);
      slow.goOn();
      slow.awaitEvent(event -> String.valueOf(event.id()).endsWith("-" + MANY));

      StreamAccount account = StreamAccount.of(slow);
      assertThat(account.to()).isEqualTo(MANY);
      assertThat(account.merged()).isPositive();
      assertThat(account.missed()).isZero();
      assertThat(bridge.route("n").counters().merged()).isEqualTo(account.merged());
      List<ServerSentEvent> last =
          slow.events().subList(slow.events().size() - 7, slow.events().size());
      for (int i = 0; i < 7; i++) {
        assertThat(String.valueOf(last.get(i).id())).endsWith("-" + (MANY - 6 + i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"type", "address", "header:sse-event"})
  void whatEventsAreConflatedByIsTheRoutesToSay(String key) {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'n':{'path':'/n','addresses':['news','other'],'history':{'bytes':'64MiB'},"
                + "'slow':{'policy':'conflate','key':'"
                + key
                + "','lag':{'events':10}}}}}")) {
      SseProbe slow = stop(bridge);
      for (int i = 1; i <= MANY; i++) {
        DeliveryOptions typed = new DeliveryOptions().addHeader("sse-event", "t" + i % 3);
        vertx.eventBus().publish(i % 2 == 0 ? "news" : "other", i + PAD, typed);
      }
      awaitStuck(bridge);
      slow.goOn();
      slow.awaitEvent(event -> String.valueOf(event.id()).endsWith("-" + MANY));

      StreamAccount account = StreamAccount.of(slow);
      assertThat(account.merged()).isPositive();
      assertThat(account.missed()).isZero();
      List<ServerSentEvent> events = slow.events();
      int afterReport = events.size() - 1 - indexOfGap(events);
      assertThat(afterReport).isEqualTo(key.equals("address") ? 2 : 3);
    }
  }

  @Test
  void disconnectEndsCleanlyOnAnEventAndTheClientResumesWithNothingLost() {
    try (BridgeFixture bridge =
        route("'history':{'bytes':'64MiB'},'slow':{'policy':'disconnect','lag':{'events':10}}")) {
      SseProbe slow = stop(bridge);
      publishMany(bridge);
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.SLOW);
      slow.goOn();
      slow.awaitEnd();
      StreamAccount first = StreamAccount.of(slow);
      assertThat(first.missed()).isZero();
      assertThat(first.to()).isLessThan(MANY);

      SseProbe again = bridge.get("/n", "Last-Event-ID: " + slow.lastEventId());
      again.awaitEvent(event -> String.valueOf(event.id()).endsWith("-" + MANY));
      assertThat(StreamAccount.of(again))
          .isEqualTo(new StreamAccount(first.to(), MANY, MANY - first.to(), 0, 0));
    }
  }

  @Test
  void aReaderThatTakesNoByteIsDroppedAndTheOthersMissNothing() {
    try (BridgeFixture bridge = route("'stalled':'600ms','heartbeat':0")) {
      SseProbe fast = bridge.open("/n");
      SseProbe slow = stop(bridge);
      publishMany(bridge);
      fast.awaitEvents(MANY);
      assertThat(StreamAccount.of(fast)).isEqualTo(new StreamAccount(0, MANY, MANY, 0, 0));

      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.STALLED);
      slow.goOn();
      slow.awaitDisconnect();
      assertThat(slow.isComplete()).isFalse();
    }
  }

  @Test
  void theKernelIsNotGivenWhatNobodyReads() {
    assumeTrue(vertx.isNativeTransportEnabled(), "only epoll can be told how much it may keep");
    try (BridgeFixture bridge = route("'history':{'bytes':'64MiB'}")) {
      stop(bridge);
      publishMany(bridge);

      // 32 KiB that the reader's side takes, 128 KiB unsent, and what the bridge's queue takes.
      assertThat(bridge.route("n").counters().delivered() * PAD.length()).isLessThan(1 << 20);
    }
  }

  @Test
  void aSlowReaderThatIsSlowerThanStalledIsNotDropped() {
    try (BridgeFixture bridge = route("'stalled':'2s','history':{'bytes':'64MiB'}")) {
      SseProbe slow = stop(bridge);
      publishMany(bridge);
      while (slow.events().size() < MANY) {
        int before = slow.events().size();
        slow.goOn();
        slow.awaitEvents(Math.min(MANY, before + 1));
        slow.stopReading();
      }
      assertThat(StreamAccount.of(slow)).isEqualTo(new StreamAccount(0, MANY, MANY, 0, 0));
    }
  }

  @Test
  void aResponseThatHasEndedDoesNotKeepTheConnectionOfAReaderThatTakesNothing() {
    AtomicInteger connections = new AtomicInteger();
    try (BridgeFixture bridge =
        BridgeFixture.withRouter(
            vertx,
            "{'routes':{'n':{'path':'/n','address':'news','stalled':'300ms',"
                + "'slow':{'policy':'disconnect','lag':{'events':10}}}}}",
            router ->
                router
                    .route()
                    .handler(
                        context -> {
                          connections.incrementAndGet();
                          context
                              .request()
                              .connection()
                              .closeHandler(v -> connections.decrementAndGet());
                          context.next();
                        }))) {
      SseProbe slow = stop(bridge);
      assertThat(connections).hasValue(1);
      publishMany(bridge);
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.SLOW);
      if (Wire.current().isHttp2()) {
        slow.awaitDisconnect(); // of the stream: others may share the connection
        return;
      }
      Deadline.await(() -> connections.get() == 0, () -> "the end of the connection");
    }
  }

  private static SseProbe stop(BridgeFixture bridge) {
    bridge.probes().receiveBuffer(32 * 1024);
    SseProbe slow = bridge.get("/n");
    slow.awaitOpen();
    slow.stopReading();
    bridge.probes().receiveBuffer(0);
    return slow;
  }

  /** Waits until all is published, and the sockets take no more of it. */
  private static void awaitStuck(BridgeFixture bridge) {
    bridge.awaitHead("n", MANY);
    AtomicLong before = new AtomicLong();
    Deadline.await(
        () -> {
          SseProbe turn = bridge.request("HEAD", "/n");
          turn.head(); // the one loop has had its turns meanwhile
          turn.close();
          long delivered = bridge.route("n").counters().delivered();
          return before.getAndSet(delivered) == delivered && delivered > 0;
        },
        () -> "a reader that is behind, " + before + " are written");
  }

  private static void publishMany(BridgeFixture bridge) {
    for (int i = 1; i <= MANY; i++) {
      bridge.publish("news", i + " " + PAD);
    }
    awaitStuck(bridge);
  }

  /** Publishes a last event, once the reader is at the head again. */
  private static void finish(BridgeFixture bridge, SseProbe slow) {
    slow.awaitEvent(event -> String.valueOf(event.id()).endsWith("-" + MANY));
    bridge.publish("news", "end");
    slow.awaitData("end");
  }

  private static int indexOfGap(List<ServerSentEvent> events) {
    for (int i = 0; i < events.size(); i++) {
      if ("sse.gap".equals(events.get(i).type())) {
        return i;
      }
    }
    throw new AssertionError("no gap among " + events.size() + " events");
  }

  private static BridgeFixture route(String more) {
    return BridgeFixture.deploy(vertx, config(more));
  }

  private static String config(String more) {
    return "{'routes':{'n':{'path':'/n','address':'news'," + more + "}}}";
  }
}
