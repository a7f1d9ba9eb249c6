package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.StreamInfo;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Ways;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an application is told of its streams, and what it may do with one of them. */
@ExtendWith(VertxExtension.class)
@Ways
@Wires
@Tag("slow")
class OpenStreamsTest {
  private static final String NEWS = "{'routes':{'t':{'path':'/t/:x','address':'t.{x}'}}}";

  private static Vertx vertx;

  private final Queue<StreamInfo> opened = new ConcurrentLinkedQueue<>();
  private final Queue<StreamInfo> closed = new ConcurrentLinkedQueue<>();
  private final Queue<String> threads = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private BridgeFixture bridge(int instances) {
    return BridgeFixture.withHandlers(
        vertx,
        NEWS,
        instances,
        bridge -> bridge.openHandler(opened::add).closeHandler(closed::add));
  }

  /** With handlers before the others that note their thread, and throw. */
  private BridgeFixture throwing() {
    return BridgeFixture.withHandlers(
        vertx,
        NEWS,
        1,
        bridge ->
            bridge
                .openHandler(
                    info -> {
                      threads.add(Thread.currentThread().getName());
                      throw new AssertionError("of the application");
                    })
                .openHandler(opened::add)
                .closeHandler(
                    info -> {
                      threads.add(Thread.currentThread().getName());
                      throw new IllegalStateException("of the application");
                    })
                .closeHandler(closed::add));
  }

  private StreamInfo awaitClosed(int count) {
    Deadline.await(() -> closed.size() == count, () -> count + " ends, there are " + closed.size());
    return List.copyOf(closed).get(count - 1);
  }

  private static <T> T get(Future<T> future) {
    return BridgeFixture.get(future);
  }

  @Test
  void anEndTellsWhatBecameOfTheStreamWhateverOtherHandlersThrow() {
    try (LogRecorder log = LogRecorder.of(StreamHandlers.class);
        BridgeFixture bridge = throwing()) {
      Instant before = Instant.now().minusMillis(1);
      SseProbe probe = bridge.open("/t/a");
      bridge.publishNumbers("t.a", 1, 3);
      probe.awaitData("m3");
      probe.close();
      StreamInfo info = awaitClosed(1);

      assertThat(info.route()).isEqualTo("t");
      assertThat(info.channel()).containsExactly("t.a");
      assertThat(info.parameters()).containsEntry("x", "a").hasSize(1);
      assertThat(info.remote()).isEqualTo("127.0.0.1");
      assertThat(info.user()).isNull();
      assertThat(info.opened()).isBetween(before, Instant.now());
      assertThat(info.firstId()).isEqualTo(probe.events().get(0).id());
      assertThat(info.lastId()).isEqualTo(probe.lastEventId());
      assertThat(info.position()).isEqualTo(probe.lastEventId());
      assertThat(info.delivered()).isEqualTo(3);
      assertThat(info.missed()).isZero();
      assertThat(info.reason()).isEqualTo(CloseReason.CLIENT_GONE);
      assertThat(info.toString()).contains("client-gone", "3 delivered");

      StreamInfo first = opened.element();
      assertThat(first.id()).isEqualTo(info.id());
      assertThat(first.reason()).isNull();
      assertThat(first.firstId()).isNull();
      assertThat(first.delivered()).isZero();
      assertThat(log.messages()).hasSize(2);
      assertThat(threads).hasSize(2).allMatch(name -> name.contains("eventloop"));
    }
  }

  @Test
  void allStreamsAreListedWhicheverInstanceAndLoopTheyAreOn() {
    try (BridgeFixture bridge = bridge(2)) {
      List<SseProbe> probes = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        probes.add(bridge.open("/t/" + i % 10));
      }
      List<StreamInfo> all = get(bridge.bridge().streams());
      assertThat(all).hasSize(600);
      Set<String> ids = all.stream().map(StreamInfo::id).collect(Collectors.toSet());
      assertThat(ids)
          .hasSize(600)
          .isEqualTo(opened.stream().map(StreamInfo::id).collect(Collectors.toSet()))
          .allMatch(id -> id.length() < 16);

      Context context = vertx.getOrCreateContext();
      Promise<Boolean> here = Promise.promise();
      context.runOnContext(
          v ->
              bridge
                  .bridge()
                  .streams()
                  .onComplete(done -> here.complete(Vertx.currentContext() == context)));
      assertThat(get(here.future())).as("told where it was asked").isTrue();

      probes.subList(0, 599).forEach(SseProbe::close);
      bridge.awaitStreams(1);
      assertThat(get(bridge.bridge().streams())).hasSize(1);
    }
  }

  @Test
  void oneStreamIsEndedAndTheOthersGoOn() {
    try (BridgeFixture bridge = bridge(2)) {
      SseProbe one = bridge.open("/t/a");
      SseProbe other = bridge.open("/t/a");
      String id = opened.element().id();

      assertThat(get(bridge.bridge().endStream(id))).isTrue();
      one.awaitEnd();
      assertThat(awaitClosed(1).reason()).isEqualTo(CloseReason.APPLICATION);
      bridge.publish("t.a", "on");
      other.awaitData("on");
      for (String none : List.of(id, "", "x", id + "-", id.replaceAll("-.*", "-"), "zz-1", "-1")) {
        assertThat(get(bridge.bridge().endStream(none))).as(none).isFalse();
        assertThat(get(bridge.bridge().sendTo(none, ServerSentEvent.of("x")))).isFalse();
      }
    }
  }

  @Test
  void anEventForOneStreamComesInOrderAndDoesNotMoveItsPosition() {
    try (BridgeFixture bridge = bridge(1)) {
      SseProbe one = bridge.open("/t/a");
      SseProbe other = bridge.open("/t/a");
      String id = opened.element().id();
      bridge.publish("t.a", "m1");
      one.awaitData("m1");
      String last = one.lastEventId();
      ServerSentEvent own = ServerSentEvent.builder().type("own").data("for\nyou").build();
      assertThat(get(bridge.bridge().sendTo(id, own))).isTrue();
      ServerSentEvent got = one.awaitEvent(event -> "own".equals(event.type()));
      assertThat(got.data()).isEqualTo("for\nyou");
      assertThat(one.lastEventId()).isEqualTo(last);
      bridge.publish("t.a", "m2");
      one.awaitData("m2");
      other.awaitData("m2");
      assertThat(one.data()).containsExactly("m1", "for\nyou", "m2");
      assertThat(other.data()).containsExactly("m1", "m2");

      one.close();
      StreamInfo info = awaitClosed(1);
      assertThat(info.delivered()).isEqualTo(2);
      assertThat(info.lastId()).isEqualTo(one.lastEventId());
    }
  }

  @Test
  void anEventForOneStreamMayNeitherHaveAnIdNorPassForTheBridge() {
    try (BridgeFixture bridge = bridge(1)) {
      bridge.open("/t/a");
      String id = opened.element().id();
      SseBridge one = bridge.bridge();
      List<ServerSentEvent> wrong =
          List.of(
              ServerSentEvent.builder().id("7").data("x").build(),
              ServerSentEvent.of("sse.gap", "{}"),
              ServerSentEvent.of("sse.other", "{}"));
      for (ServerSentEvent event : wrong) {
        assertThat(catchThrowable(() -> one.sendTo(id, event)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void whatTheOpenHandlerSendsComesAfterTheOpeningAndTheReplay() {
    Queue<SseBridge> mounted = new ConcurrentLinkedQueue<>();
    try (BridgeFixture bridge =
        BridgeFixture.withHandlers(
            vertx,
            NEWS,
            1,
            one -> {
              mounted.add(one);
              one.openHandler(
                      info -> {
                        SseBridge known = mounted.element();
                        if (info.parameters().containsValue("end")) {
                          known.endStream(info.id());
                        } else {
                          known.sendTo(info.id(), ServerSentEvent.of("welcome", info.id()));
                        }
                      })
                  .closeHandler(closed::add);
            })) {
      SseProbe probe = bridge.open("/t/a");
      probe.awaitEvents(1);
      assertThat(probe.body()).startsWith("retry:");
      bridge.publishNumbers("t.a", 1, 2);
      probe.awaitData("m2");
      SseProbe later = bridge.get("/t/a?from=earliest");
      later.awaitEvents(3);
      assertThat(later.data()).startsWith("m1", "m2").hasSize(3);

      SseProbe ended = bridge.get("/t/end").awaitEnd();
      assertThat(ended.status()).isEqualTo(200);
      assertThat(awaitClosed(1).reason()).isEqualTo(CloseReason.APPLICATION);
      bridge.publish("t.end", "to nobody");
      bridge.awaitStreams(2);
    }
  }

  @Test
  void aStreamThatTakesNothingGetsItsOwnEventsWhenItDoesUpToALimit() {
    try (BridgeFixture bridge = bridge(1)) {
      SseProbe slow = bridge.open("/t/a").stopReading();
      String id = opened.element().id();
      String large = "x".repeat(60_000);
      List<String> sent = new ArrayList<>();
      boolean full = false;
      while (!full) {
        String data = sent.size() + large;
        Future<Boolean> one = bridge.bridge().sendTo(id, ServerSentEvent.of(data));
        try {
          assertThat(one.toCompletionStage().toCompletableFuture().join()).isTrue();
          sent.add(data);
        } catch (java.util.concurrent.CompletionException tooMany) {
          assertThat(tooMany).hasCauseInstanceOf(IllegalStateException.class);
          full = true;
        }
        assertThat(sent.size()).as("bounded").isLessThan(1000);
      }
      bridge.publish("t.a", "after them");
      slow.goOn();
      slow.awaitEvents(sent.size() + 1);
      assertThat(slow.data().get(sent.size())).isEqualTo("after them");
      assertThat(slow.data().subList(0, sent.size()).stream().map(data -> data.charAt(0)))
          .isEqualTo(sent.stream().map(data -> data.charAt(0)).toList());
    }
  }

  @Test
  void aBridgeThatIsNotMountedOrClosedHasNoStreams() {
    SseBridge bridge = SseBridge.create(vertx, SseBridgeOptions.read(BridgeFixture.json(NEWS)));
    assertThat(get(bridge.streams())).isEmpty();
    assertThat(get(bridge.endStream("1-1"))).isFalse();
    try (BridgeFixture served = bridge(1)) {
      SseBridge mounted = served.bridge();
      served.open("/t/a");
      get(served.undeploy());
      assertThat(get(mounted.streams())).isEmpty();
      assertThat(get(mounted.sendTo(opened.element().id(), ServerSentEvent.of("x")))).isFalse();
    }
  }
}
