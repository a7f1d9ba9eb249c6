package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.client.EventSourceState;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.client.ReconnectPolicy;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The state machine, without sockets and with time in the test's hands. */
class StreamFollowerTest {
  private static final ResponseHead STREAM =
      new ResponseHead(200, Map.of("content-type", List.of("text/event-stream")));

  private final ManualLoop loop = new ManualLoop();
  private final List<FakeExchange> exchanges = new ArrayList<>();
  private final List<EventSourceTransition> transitions = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  // What happens while the next event is being delivered, as if its call-back waited.
  private Runnable during = () -> {};
  private int depth;
  private final StreamFollower follower =
      new StreamFollower(
          SourcePlan.of(
              new EventSourceOptions("http://h/")
                  .setReconnect(new ReconnectPolicy().setRetry(Duration.ofSeconds(1)))),
          new FakeOpener(),
          loop,
          () -> 0.5,
          new Log());

  private final class FakeOpener implements Exchange.Opener {
    @Override
    public Exchange open(
        EventSourceRequest request, @Nullable String lastEventId, Exchange.Listener listener) {
      FakeExchange exchange = new FakeExchange(lastEventId, listener);
      exchanges.add(exchange);
      return exchange;
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  private static final class FakeExchange implements Exchange {
    private final @Nullable String lastEventId;
    private final Listener listener;
    private boolean paused;
    private boolean closed;

    private FakeExchange(@Nullable String lastEventId, Listener listener) {
      this.lastEventId = lastEventId;
      this.listener = listener;
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final class Log implements StreamObserver {
    @Override
    public void event(ServerSentEvent event) {
      assertThat(depth++).as("call-backs on the stack").isZero();
      log.add("event " + event.data());
      Runnable now = during;
      during = () -> {};
      now.run();
      depth--;
    }

    @Override
    public void comment(String text) {
      log.add("comment" + text);
    }

    @Override
    public void position(String lastEventId) {
      log.add("position " + lastEventId);
    }

    @Override
    public void transition(EventSourceTransition transition) {
      assertThat(depth).as("call-backs on the stack").isZero();
      transitions.add(transition);
      log.add(transition.to().name());
    }

    @Override
    public void end(@Nullable EventSourceException failure) {
      assertThat(depth).as("call-backs on the stack").isZero();
      log.add("end");
    }

    @Override
    public void handlerFailed(EventSourceException failure) {
      throw failure;
    }
  }

  private FakeExchange last() {
    return exchanges.get(exchanges.size() - 1);
  }

  private FakeExchange open() {
    FakeExchange exchange = last();
    exchange.listener.onHead(STREAM);
    return exchange;
  }

  private void send(String text) {
    last().listener.onBytes(Buffer.buffer(text));
  }

  /** What was told, states aside. */
  private List<String> told() {
    return log.stream().filter(line -> !line.matches("[A-Z]+|end")).toList();
  }

  private EventSourceTransition lastTransition() {
    return transitions.get(transitions.size() - 1);
  }

  @Test
  void client07RetryAfterIsAFloorAndChanceComesOnTop() {
    follower.start();
    last().listener.onHead(new ResponseHead(503, Map.of("retry-after", List.of("120"))));
    last().listener.onEnd();
    assertThat(lastTransition().delayMillis()).isEqualTo(150_000);
    loop.pass(149_999);
    assertThat(exchanges).hasSize(1);
    loop.pass(1);
    assertThat(exchanges).hasSize(2);
  }

  @Test
  void client11WaitsAfterRefusalsGrowForMinutesAndAfterOtherFailuresDoNot() {
    follower.start();
    open();
    send("data: a\n\n");
    last().listener.onEnd();
    loop.pass(60_000);
    for (int busy = 0; busy < 9; busy++) {
      refuse(503);
    }
    assertThat(refuse(503)).isEqualTo(30_000);
    List<Long> delays = new ArrayList<>();
    for (int refusal = 0; refusal < 12; refusal++) {
      delays.add(refuse(404));
    }
    assertThat(delays)
        .containsExactly(
            30_000L, 30_000L, 30_000L, 30_000L, 30_000L, 40_000L, 80_000L, 160_000L, 300_000L,
            300_000L, 300_000L, 300_000L);
    assertThat(transitions.stream().map(EventSourceTransition::to))
        .doesNotContain(EventSourceState.CLOSED);
    open();
    send("data: b\n\n");
    last().listener.onEnd();
    assertThat(lastTransition().delayMillis()).isEqualTo(1250);
    loop.pass(60_000);
    assertThat(refuse(404)).isEqualTo(1250);
  }

  /** Answers, and lets the wait pass that follows. */
  private long refuse(int status) {
    last().listener.onHead(new ResponseHead(status, Map.of()));
    last().listener.onEnd();
    long delay = lastTransition().delayMillis();
    loop.pass(delay);
    return delay;
  }

  @Test
  void client11AStreamOpenForAMinuteIsAGoodOneEvenIfItWasSilent() {
    follower.start();
    for (int connection = 0; connection < 5; connection++) {
      open().listener.onEnd();
      loop.pass(60_000);
    }
    assertThat(follower.stats().failuresInRow()).isEqualTo(5);
    FakeExchange long0 = open();
    loop.pass(60_000);
    long0.listener.onEnd();
    assertThat(follower.stats().failuresInRow()).isZero();
    assertThat(lastTransition().delayMillis()).isEqualTo(1250);
  }

  @Test
  void client11AQuietStreamWithHeartbeatsThatEndsIsNoFailure() {
    follower.start();
    for (String heartbeat : List.of(":\n\n", ": ping\n", "\n", "ping: 1\n\n", "event: p\n\n")) {
      open();
      loop.pass(1000);
      send(heartbeat);
      last().listener.onEnd();
      assertThat(lastTransition().delayMillis()).as(heartbeat).isEqualTo(1250);
      assertThat(follower.stats().failuresInRow()).isZero();
      loop.pass(2000);
    }
  }

  @Test
  void client12HeartbeatsMakeNoHotLoopOfStreamsThatEndAtOnce() {
    follower.start();
    List<Long> delays = new ArrayList<>();
    for (int connection = 0; connection < 13; connection++) {
      open();
      send(": shut up and come back\n\n");
      last().listener.onEnd();
      assertThat(follower.stats().failuresInRow()).isZero();
      delays.add(lastTransition().delayMillis());
      loop.pass(60_000);
    }
    assertThat(delays.subList(0, 11)).containsOnly(1250L);
    assertThat(delays.subList(11, 13)).containsExactly(2500L, 5000L);
    open();
    send("retry: 1\n\nid: 1\n\n");
    last().listener.onEnd();
    assertThat(follower.stats().failuresInRow()).isEqualTo(1);
  }

  @Test
  void client12AFailureAfterARestartCountsWhateverTheStreamBeforeWas() {
    follower.start();
    open();
    send("data: a\n\n");
    follower.restart();
    fail();
    assertThat(follower.stats().failuresInRow()).isEqualTo(1);
    loop.pass(60_000);
    fail();
    assertThat(follower.stats().failuresInRow()).isEqualTo(2);
    loop.pass(60_000);
    open();
    send("data: b\n\n");
    follower.restart();
    assertThat(follower.stats().failuresInRow()).isZero();
  }

  private void fail() {
    last()
        .listener
        .onFailure(new EventSourceException(EventSourceReason.NETWORK_ERROR, "refused", null));
  }

  @Test
  void client13ABlockWithoutDataMovesThePositionBehindTheEventsBeforeIt() {
    follower.start();
    open();
    send("id: 1\n\nid: 2\ndata: a\n\nid: 3\n\nid: 4\n\ndata: b\n\nid: 5\n\n: c\n");
    assertThat(told())
        .containsExactly(
            "position 1", "event a", "position 3", "event b", "position 5", "comment c");
    assertThat(follower.lastEventId()).isEqualTo("5");
    last().listener.onEnd();
    loop.pass(10_000);
    assertThat(last().lastEventId).isEqualTo("5");
  }

  @Test
  void client16WhatWaitsWhilePausedIsAskedForNoMore() {
    follower.start();
    follower.pause();
    open();
    assertThat(last().paused).isTrue();
    follower.fetch(1);
    assertThat(last().paused).isFalse();
    send("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\n\n");
    assertThat(last().paused).isTrue();
    assertThat(told()).containsExactly("event a");
    assertThat(follower.lastEventId()).isEqualTo("1");
    last()
        .listener
        .onFailure(new EventSourceException(EventSourceReason.NETWORK_ERROR, "broke", null));
    loop.pass(10_000);
    assertThat(last().lastEventId).isEqualTo("3");
    assertThat(last().paused).isTrue();
    follower.fetch(5);
    assertThat(told()).containsExactly("event a", "event b", "position 3");
    assertThat(last().paused).isFalse();
  }

  @Test
  void client16WhatStopsForGoodWhilePausedEndsWhenAllIsDelivered() {
    follower.start();
    follower.pause();
    follower.fetch(1);
    open();
    send("data: a\n\ndata: b\n\n");
    last().listener.onEnd();
    loop.pass(2000);
    last().listener.onHead(new ResponseHead(204, Map.of()));
    assertThat(follower.state()).isEqualTo(EventSourceState.CLOSED);
    follower.fetch(1);
    assertThat(told()).containsExactly("event a", "event b");
    assertThat(loop.pending()).isZero();
  }

  @Test
  void client15ClosingLeavesNoTimerAndNoConnection() {
    follower.start();
    open();
    last().listener.onEnd();
    assertThat(loop.pending()).isEqualTo(1);
    follower.close();
    assertThat(loop.pending()).isZero();
    assertThat(exchanges).hasSize(1);
  }

  @Test
  void client15AConnectionThatIsDroppedIsClosed() {
    follower.start();
    FakeExchange first = open();
    follower.restart();
    assertThat(first.closed).isTrue();
    assertThat(exchanges).hasSize(2);
    follower.close();
    assertThat(last().closed).isTrue();
  }

  private void breakOff() {
    last()
        .listener
        .onFailure(new EventSourceException(EventSourceReason.NETWORK_ERROR, "broke", null));
  }

  private void openAndClearLog() {
    follower.start();
    open();
    log.clear();
  }

  @Test
  void client20ABreakDuringACallBackIsToldBehindTheEventsThatHadCome() {
    openAndClearLog();
    during =
        () -> {
          send("id: 3\ndata: c\n\nid: 4\ndata: unfinished\n");
          breakOff();
          loop.pass(100_000);
          assertThat(log).containsExactly("event a");
        };
    send("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    assertThat(log).containsExactly("event a", "event b", "event c", "WAITING");
    loop.pass(10_000);
    assertThat(last().lastEventId).isEqualTo("3");
    open();
    send("id: 4\ndata: d\n\n");
    assertThat(log).endsWith("CONNECTING", "OPEN", "event d");
  }

  @Test
  void client20AnEndDuringACallBackIsToldBehindTheEventsThatHadCome() {
    openAndClearLog();
    during = () -> last().listener.onEnd();
    send("data: a\n\ndata: b\n\n");
    assertThat(log).containsExactly("event a", "event b", "WAITING");
    assertThat(loop.pending()).isEqualTo(1);
  }

  @Test
  void client16DuringACallBackTheSocketIsNotRead() {
    openAndClearLog();
    during =
        () -> {
          send("data: b\n\n");
          assertThat(last().paused).isTrue();
        };
    send("data: a\n\n");
    assertThat(log).containsExactly("event a", "event b");
    assertThat(last().paused).isFalse();
  }

  @Test
  void client20WhatIsCalledAgainAndAgainDuringACallBackTakesNoRoom() {
    openAndClearLog();
    FakeExchange first = last();
    during =
        () -> {
          for (int i = 0; i < 100_000; i++) {
            follower.start();
            follower.restart();
            follower.pause();
            follower.fetch(1);
          }
          assertThat(follower.waitingLetters()).isLessThan(5);
          assertThat(first.closed).isTrue();
          assertThat(exchanges).hasSize(1);
        };
    send("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n");
    assertThat(log).containsExactly("event a", "CONNECTING", "event b");
    assertThat(exchanges).hasSize(2);
    assertThat(last().lastEventId).isEqualTo("3");
    follower.fetch(1);
    assertThat(log).endsWith("event b", "event c");
  }

  @Test
  void client15ClosingDuringACallBackHoldsAtOnceAndIsToldAfterIt() {
    openAndClearLog();
    FakeExchange first = last();
    during =
        () -> {
          for (int i = 0; i < 100_000; i++) {
            follower.close();
          }
          assertThat(follower.waitingLetters()).isLessThan(5);
          assertThat(first.closed).isTrue();
          assertThat(follower.state()).isEqualTo(EventSourceState.CLOSED);
          first.listener.onEnd();
        };
    send("data: a\n\ndata: b\n\n");
    assertThat(log).containsExactly("event a", "CLOSED", "end");
    assertThat(loop.pending()).isZero();
  }

  @Test
  void client15ARestartDuringTheWaitMakesOneConnection() {
    openAndClearLog();
    during =
        () -> {
          breakOff();
          follower.restart();
        };
    send("id: 1\ndata: a\n\n");
    loop.pass(1_000_000);
    assertThat(exchanges).hasSize(2);
    assertThat(log).containsExactly("event a", "CONNECTING");
  }

  @Test
  void client09AfterALotOfWorkOthersHaveTheirTurn() {
    openAndClearLog();
    int[] turns = new int[1];
    loop.onDefer(() -> turns[0]++);
    send("data: x\n\n".repeat(10_000));
    assertThat(log).hasSize(10_000);
    assertThat(turns[0]).isGreaterThanOrEqualTo(10);
  }

  @Test
  void client12WithFailFastTheFirstAttemptIsTheOnlyOne() {
    StreamFollower eager =
        new StreamFollower(
            SourcePlan.of(
                new EventSourceOptions("http://h/")
                    .setReconnect(new ReconnectPolicy().setFailFast(true))),
            new FakeOpener(),
            loop,
            () -> 0.5,
            new Log());
    eager.start();
    fail();
    assertThat(log).containsExactly("CONNECTING", "CLOSED", "end");
    assertThat(lastTransition().reason()).isEqualTo(EventSourceReason.NETWORK_ERROR);
    assertThat(loop.pending()).isZero();
  }

  @Test
  void client12WithFailFastAStreamThatWasOpenIsTriedAgain() {
    StreamFollower eager =
        new StreamFollower(
            SourcePlan.of(
                new EventSourceOptions("http://h/")
                    .setReconnect(new ReconnectPolicy().setFailFast(true))),
            new FakeOpener(),
            loop,
            () -> 0.5,
            new Log());
    eager.start();
    open();
    breakOff();
    assertThat(log).containsExactly("CONNECTING", "OPEN", "WAITING");
    loop.pass(10_000);
    fail();
    assertThat(log).endsWith("CONNECTING", "WAITING");
  }
}
