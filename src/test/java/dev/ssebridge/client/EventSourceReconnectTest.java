package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a source goes on when a connection is over. */
@Tag("slow")
class EventSourceReconnectTest extends EventSourceFixture {

  @Test
  void client10EveryKindOfBreakIsToldAndFollowedByAnotherConnection() {
    Recorder recorder = follow(options());

    origin.next().stream().send("data: 1\n\n").close();
    recorder.awaitWaiting(EventSourceReason.ENDED);

    origin.next().chunked().chunk("data: 2\n\n").end();
    recorder.awaitWaiting(EventSourceReason.ENDED);

    Peer truncated = origin.next().chunked().chunk("data: 3\n\n").send("ff\r\ndata");
    assertThat(recorder.data(3)).containsExactly("1", "2", "3");
    truncated.close();
    recorder.awaitWaiting(EventSourceReason.NETWORK_ERROR);

    Peer reset = origin.next().stream().send("data: 4\n\n");
    assertThat(recorder.data(1)).containsExactly("4");
    reset.reset();
    recorder.awaitWaiting(EventSourceReason.NETWORK_ERROR);

    origin.next().close();
    recorder.awaitWaiting(EventSourceReason.NETWORK_ERROR);

    origin.next().stream().send("data: 5\n\n");
    assertThat(recorder.data(1)).containsExactly("5");
    assertThat(recorder.exceptions).isEmpty();
  }

  @Test
  void client10AServerThatDoesNotAnswerIsAskedAgain() {
    Recorder recorder = follow(options().setResponseTimeout(Duration.ofMillis(100)));
    origin.next();
    recorder.awaitWaiting(EventSourceReason.RESPONSE_TIMEOUT);
    origin.next();
    recorder.awaitWaiting(EventSourceReason.RESPONSE_TIMEOUT);
    assertThat(recorder.exceptions).isEmpty();
  }

  @Test
  void client10ARefusedFirstConnectionIsTriedAgain() throws Exception {
    origin.goAway();
    Recorder recorder = follow(options());
    recorder.awaitWaiting(EventSourceReason.NETWORK_ERROR);
    origin.comeBack();
    origin.next().stream().send("data: x\n\n");
    assertThat(recorder.data(1)).containsExactly("x");
  }

  @Test
  void client13NothingUnfinishedIsDeliveredOrCarriedOver() {
    Recorder recorder = follow(options());
    origin.next().stream().send("id: 1\ndata: a\n\nid: 2\nevent: x\ndata: lost\n").close();
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isEqualTo("1");
    second.stream().send("data: b\n\n");
    assertThat(recorder.data(1)).containsExactly("a");
    ServerSentEvent event = recorder.event();
    assertThat(event.data()).isEqualTo("b");
    assertThat(event.effectiveType()).isEqualTo("message");
    assertThat(event.id()).isEqualTo("1");
    assertThat(recorder.take(recorder.oddities, "an oddity").kind())
        .isEqualTo(ParseOddity.Kind.UNFINISHED_BLOCK);
  }

  @Test
  void client10AByteOrderMarkIsAllowedOnEveryConnection() {
    Recorder recorder = follow(options());
    origin.next().stream().send("\ufeffdata: a\n\n").close();
    origin.next().stream().send("\ufeffdata: b\n\n");
    assertThat(recorder.data(2)).containsExactly("a", "b");
  }

  @Test
  void client11TheServersRetryHoldsOverConnectionsEvenFromAnUnfinishedBlock() {
    Recorder recorder =
        follow(options(policy -> policy.setRetry(Duration.ofHours(1)).setJitter(0)));
    origin.next().stream().send("retry: 30\n").close();
    assertThat(recorder.take(recorder.retries, "a retry")).isEqualTo(30);
    assertThat(recorder.awaitState(EventSourceState.WAITING).delayMillis()).isEqualTo(30);
    origin.next().stream().send("data: x\n\n").close();
    assertThat(recorder.awaitState(EventSourceState.WAITING).delayMillis()).isEqualTo(30);
    origin.next();
  }

  @Test
  void client12EmptyStreamsAndRetryZeroMakeNoHotLoop() {
    Recorder recorder =
        follow(options(policy -> policy.setJitter(0).setMaxRetry(Duration.ofMillis(400))));
    long[] delays = new long[5];
    for (int connection = 0; connection < delays.length; connection++) {
      origin.next().stream().send("retry: 0\n\n").close();
      delays[connection] = recorder.awaitState(EventSourceState.WAITING).delayMillis();
    }
    assertThat(delays).containsExactly(10, 100, 200, 400, 400);
  }

  @Test
  void client11AStreamThatDeliveredResetsTheBackoff() {
    Recorder recorder =
        follow(options(policy -> policy.setRetry(Duration.ofMillis(20)).setJitter(0)));
    origin.next().close();
    assertThat(recorder.awaitState(EventSourceState.WAITING).delayMillis()).isEqualTo(20);
    origin.next().close();
    assertThat(recorder.awaitState(EventSourceState.WAITING).delayMillis()).isEqualTo(100);
    origin.next().stream().send("data: x\n\n").close();
    assertThat(recorder.awaitState(EventSourceState.WAITING).delayMillis()).isEqualTo(20);
  }

  @Test
  void client12AnEventThatIsAlwaysTooLargeBacksOffEvenIfOthersComeBeforeIt() {
    Recorder recorder = follow(options(policy -> policy.setJitter(0)).setMaxEventBytes(50));
    long before = 0;
    for (int connection = 0; connection < 4; connection++) {
      Peer peer = origin.next();
      assertThat(peer.header("last-event-id")).isEqualTo(connection == 0 ? null : "1");
      peer.stream().send("id: 1\ndata: a\n\nid: 2\ndata: " + "x".repeat(60));
      EventSourceTransition waiting = recorder.awaitWaiting(EventSourceReason.EVENT_TOO_LARGE);
      assertThat(waiting.delayMillis()).isGreaterThan(before);
      before = waiting.delayMillis();
      peer.awaitClosed();
    }
  }

  @Test
  void client12ATooLargeEventIsSkippedOnRequest() {
    Recorder recorder =
        follow(options().setMaxEventBytes(50).setOversized(EventDecoderOptions.Oversized.SKIP));
    origin.next().stream().send("id: 1\ndata: " + "x".repeat(60) + "\n\ndata: b\n\n");
    ServerSentEvent event = recorder.event();
    assertThat(event.data()).isEqualTo("b");
    assertThat(event.id()).isNull();
  }

  @Test
  void client12SoManyFailuresInARowStopForGood() {
    Recorder recorder = follow(options(policy -> policy.setMaxAttempts(3)));
    origin.next().stream().send("data: x\n\n").close();
    for (int connection = 0; connection < 3; connection++) {
      origin.next().answer("503 Busy");
    }
    EventSourceTransition closed = recorder.awaitClosed(EventSourceReason.ATTEMPTS_EXHAUSTED);
    assertThat(Recorder.causeOf(closed).getCause()).hasMessageContaining("503");
    assertThat(recorder.take(recorder.exceptions, "the failure"))
        .isSameAs(Recorder.causeOf(closed));
    recorder.take(recorder.ends, "the end");
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void client12QuietStreamsWithHeartbeatsAreNoFailures() {
    Recorder recorder = follow(options(policy -> policy.setMaxAttempts(3)));
    for (int connection = 0; connection < 6; connection++) {
      origin.next().stream().send(": heartbeat\n\n").close();
      recorder.awaitWaiting(EventSourceReason.ENDED);
    }
    origin.next().stream().send("data: x\n\n");
    assertThat(recorder.data(1)).containsExactly("x");
  }

  @Test
  void client12SoLongWithoutAGoodStreamStopsForGood() {
    Recorder recorder =
        follow(
            options(
                policy ->
                    policy
                        .setJitter(0)
                        .setMaxElapsed(Duration.ofMillis(1500))
                        .setRetry(Duration.ofMillis(600))));
    origin.next().answer("503 Busy");
    origin.next().answer("503 Busy");
    EventSourceTransition closed = recorder.awaitClosed(EventSourceReason.TIME_EXHAUSTED);
    assertThat(Recorder.causeOf(closed)).hasMessageContaining("1500 ms");
  }

  @Test
  void client14SilenceLongerThanTheIdleTimeoutEndsAStreamAndAnyByteCounts() {
    // So much longer than a beat that a busy machine does not come late.
    Recorder recorder = follow(options().setIdleTimeout(Duration.ofMillis(600)));
    Peer peer = origin.next().stream();
    for (int beat = 0; beat < 45; beat++) {
      sleep(20);
      peer.send(":");
    }
    assertThat(recorder.transitions.stream().map(EventSourceTransition::to))
        .doesNotContain(EventSourceState.WAITING);
    recorder.awaitWaiting(EventSourceReason.IDLE_TIMEOUT);
    peer.awaitClosed();
    origin.next();
  }

  @Test
  void client14AServerThatTakesNoConnectionIsLeftAfterTheConnectTimeout() throws Exception {
    // The backlog of a server that never accepts is full after a few connections.
    try (java.net.ServerSocket deaf =
            new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
        java.net.Socket first = new java.net.Socket(deaf.getInetAddress(), deaf.getLocalPort());
        java.net.Socket second = new java.net.Socket(deaf.getInetAddress(), deaf.getLocalPort())) {
      assertThat(List.of(first.isConnected(), second.isConnected())).containsOnly(true);
      Recorder recorder =
          follow(
              new EventSourceOptions("http://127.0.0.1:" + deaf.getLocalPort() + "/")
                  .setConnectTimeout(Duration.ofMillis(100)));
      recorder.awaitWaiting(EventSourceReason.CONNECT_TIMEOUT);
    }
  }

  @Test
  void client15RestartMakesAFreshConnectionWithoutAnError() throws Exception {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    await(
        source
            .connect()
            .compose(opened -> io.vertx.core.Future.succeededFuture())
            .timeout(1, java.util.concurrent.TimeUnit.MILLISECONDS)
            .otherwiseEmpty());
    Peer first = origin.next().stream().send("id: 1\ndata: a\n\n");
    assertThat(recorder.data(1)).containsExactly("a");
    source.restart();
    first.awaitClosed();
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isEqualTo("1");
    second.stream().send("data: b\n\n");
    assertThat(recorder.data(1)).containsExactly("b");
    assertThat(recorder.exceptions).isEmpty();
    assertThat(recorder.transitions.stream().map(EventSourceTransition::cause)).containsOnlyNulls();
  }

  @Test
  void client15RestartFromWithinAHandlerLosesNothingOfTheChunk() {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source.handler(
        event -> {
          recorder.events.add(event);
          if ("a".equals(event.data())) {
            source.restart();
          }
        });
    connect(source);
    origin.next().stream().send("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\nda");
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isEqualTo("2");
    second.stream().send("id: 3\ndata: c\n\n");
    assertThat(recorder.data(3)).containsExactly("a", "b", "c");
  }

  @Test
  void client15RestartCutsAWaitShort() {
    EventSource source = source(options(policy -> policy.setRetry(Duration.ofHours(1))));
    Recorder recorder = Recorder.of(source);
    connect(source);
    origin.next().close();
    recorder.awaitState(EventSourceState.WAITING);
    source.restart();
    origin.next();
  }

  @Test
  void client19ConnectFailsWithTheReasonWhenTheSourceIsClosedBeforeAStreamWasOpen() {
    EventSource source = source(options());
    io.vertx.core.Future<Void> connected = source.connect();
    origin.next().answer("404 Not Found");
    assertThatThrownBy(() -> await(connected))
        .hasCauseInstanceOf(EventSourceException.class)
        .hasMessageContaining("404");
  }

  static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
