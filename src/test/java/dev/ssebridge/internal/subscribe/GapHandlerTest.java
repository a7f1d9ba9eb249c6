package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.SseBridge;
import dev.ssebridge.StreamGap;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Ways;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application is told of events that a stream has missed. */
@ExtendWith(VertxExtension.class)
@Ways
@Wires
@Tag("slow")
class GapHandlerTest {
  private final Queue<StreamGap> gaps = new ConcurrentLinkedQueue<>();
  private final Queue<String> calls = new ConcurrentLinkedQueue<>();
  private Vertx vertx;

  @BeforeEach
  void start(Vertx shared) {
    vertx = shared;
  }

  private BridgeFixture bridge(String more, Handler<SseBridge> handlers) {
    return BridgeFixture.withHandlers(
        vertx,
        "{'routes':{'n':{'path':'/n','address':'news','history':{'events':5}" + more + "}}}",
        handlers);
  }

  private StreamGap awaitGap() {
    Deadline.await(() -> !gaps.isEmpty(), () -> "a gap");
    return gaps.element();
  }

  /** The epoch of a channel that holds the events 16 to 20. */
  private static String withTwentyEvents(BridgeFixture bridge) {
    SseProbe first = bridge.open("/n");
    bridge.publishNumbers("news", 1, 20);
    first.awaitData("m20");
    String id = first.lastEventId();
    return id.substring(0, id.indexOf('-'));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",'gap':'silent'"})
  void whoComesBackTooLateIsToldOfWithWhatWasMissed(String more) {
    try (BridgeFixture bridge = bridge(more, b -> b.gapHandler(gaps::add))) {
      String epoch = withTwentyEvents(bridge);
      SseProbe back = bridge.get("/n", "Last-Event-ID: " + epoch + "-2");
      back.awaitData("m20");

      StreamGap gap = awaitGap();
      assertThat(gap.reason()).isEqualTo(GapReason.EVICTED);
      assertThat(gap.missed()).isEqualTo(13);
      assertThat(gap.from()).isEqualTo(epoch + "-2");
      assertThat(gap.to()).isEqualTo(epoch + "-15");
      assertThat(gap.stream().route()).isEqualTo("n");
      assertThat(gap.stream().position()).isEqualTo(epoch + "-15");
      assertThat(gap.stream().missed()).isEqualTo(13);
      assertThat(gap.stream().delivered()).isZero();
      assertThat(gap.toString())
          .startsWith("gap before " + epoch + "-15, 13 missed (evicted), of stream ");
      if (more.isEmpty()) {
        JsonObject told = back.awaitJson("sse.gap");
        assertThat(told.getString("from")).isEqualTo(gap.from());
        assertThat(told.getString("to")).isEqualTo(gap.to());
        assertThat(told.getLong("missed")).isEqualTo(gap.missed());
        assertThat(told.getString("reason")).isEqualTo(gap.reason().word());
      }
      assertThat(gaps).hasSize(1);
    }
  }

  @Test
  void whereNobodyCanTellHowManyWereMissedThereIsNoNumber() {
    try (BridgeFixture bridge = bridge("", b -> b.gapHandler(gaps::add))) {
      withTwentyEvents(bridge);
      bridge.get("/n", "Last-Event-ID: of%20old").awaitData("m20");
      StreamGap gap = awaitGap();
      assertThat(gap.reason()).isEqualTo(GapReason.UNKNOWN);
      assertThat(gap.missed()).isNull();
      assertThat(gap.stream().missed()).isZero();
      assertThat(gap.toString()).contains("nobody can tell how many missed").doesNotContain("old");
    }
  }

  @Test
  void itIsCalledOnTheLoopBetweenTheOpenAndTheCloseHandlersAndWhatItThrowsDisturbsNobody() {
    Handler<SseBridge> handlers =
        b ->
            b.closeHandler(ended -> call("close"))
                .gapHandler(
                    gap -> {
                      call("gap");
                      throw new StackOverflowError("as told");
                    })
                .gapHandler(gap -> call("gap again"))
                .openHandler(opened -> call("open"));
    try (LogRecorder log = LogRecorder.of(StreamHandlers.class);
        BridgeFixture bridge = bridge("", handlers)) {
      String epoch = withTwentyEvents(bridge);
      SseProbe back = bridge.get("/n", "Last-Event-ID: " + epoch + "-2");
      back.awaitData("m20");
      bridge.publish("news", "more");
      back.awaitData("more");
      back.close();
      Deadline.await(() -> calls.size() >= 5, () -> "calls, got " + calls);
      assertThat(calls).containsExactly("open", "open", "gap", "gap again", "close");
      assertThat(log.messages()).hasSize(1);
      assertThat(log.messages().get(0)).startsWith("route n: the gap handler ").endsWith(" failed");
    }
  }

  private void call(String name) {
    assertThat(Thread.currentThread().getName()).contains("eventloop");
    calls.add(name);
  }

  @Test
  void itMaySendToTheStreamAndEndIt() {
    Handler<SseBridge> handlers =
        b ->
            b.gapHandler(
                gap -> {
                  b.sendTo(gap.stream().id(), ServerSentEvent.of("sorry", "a snapshot"));
                  b.endStream(gap.stream().id());
                });
    try (BridgeFixture bridge = bridge("", handlers)) {
      String epoch = withTwentyEvents(bridge);
      bridge.get("/n", "Last-Event-ID: " + epoch + "-2").awaitEnd();
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.APPLICATION);
    }
  }

  @Test
  void whatItSendsComesAfterTheEventsThatTheStreamResumesWith() {
    Handler<SseBridge> handlers =
        b ->
            b.gapHandler(
                gap -> b.sendTo(gap.stream().id(), ServerSentEvent.of("sorry", "a snapshot")));
    try (BridgeFixture bridge = bridge("", handlers)) {
      String epoch = withTwentyEvents(bridge);
      SseProbe back = bridge.get("/n", "Last-Event-ID: " + epoch + "-2");
      back.awaitData("a snapshot");
      assertThat(back.data()).endsWith("m16", "m17", "m18", "m19", "m20", "a snapshot");
    }
  }

  @Test
  void itIsSetBeforeMounting() {
    try (BridgeFixture bridge = bridge("", b -> {})) {
      assertThatThrownBy(() -> bridge.bridge().gapHandler(gaps::add))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
