package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.client.ReconnectPolicy.Refused;
import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every status from 200 to 599, over a socket, against one table. */
@Tag("slow")
class EventSourceStatusTest extends EventSourceFixture {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> NOT_NOW = Set.of(408, 425, 429);
  private static final Set<Integer> OTHER_SUCCESSES =
      Set.of(201, 202, 203, 205, 206, 207, 208, 226);

  /** One of each kind, known and unknown. */
  private static final int[] SOME = {
    200, 201, 202, 204, 205, 299, 300, 301, 304, 306, 308, 399, 400, 401, 403, 404, 408, 409, 410,
    421, 425, 429, 451, 499, 500, 501, 503, 507, 520, 529, 530, 599
  };

  /** What a status means. */
  private enum Meaning {
    STREAM,
    END,
    ELSEWHERE,
    AGAIN,
    REFUSED
  }

  private static Meaning meaning(int status) {
    if (status == 204) {
      return Meaning.END;
    }
    if (status < 300) {
      return OTHER_SUCCESSES.contains(status) ? Meaning.REFUSED : Meaning.STREAM;
    }
    if (status < 400) {
      return REDIRECTS.contains(status) ? Meaning.ELSEWHERE : Meaning.REFUSED;
    }
    return status >= 500 || NOT_NOW.contains(status) ? Meaning.AGAIN : Meaning.REFUSED;
  }

  /** What a source makes of it. */
  private enum Outcome {
    OPEN,
    WAIT,
    STOP
  }

  private static Outcome outcome(int status, Refused refused, boolean opened) {
    return switch (meaning(status)) {
      case STREAM, ELSEWHERE -> Outcome.OPEN;
      case END -> Outcome.STOP;
      case AGAIN -> Outcome.WAIT;
      case REFUSED ->
          refused == Refused.RETRY || (refused == Refused.RETRY_ONCE_OPENED && opened)
              ? Outcome.WAIT
              : Outcome.STOP;
    };
  }

  @Test
  void client05EveryStatusBeforeTheFirstStreamIsTakenByItsClass() throws Exception {
    for (int status = 200; status <= 599; status++) {
      beforeTheFirstStream(status, Refused.RETRY_ONCE_OPENED);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Refused.class,
      names = {"RETRY", "STOP"})
  void client05WhatBecomesOfRefusalsBeforeTheFirstStreamIsAnOption(Refused refused)
      throws Exception {
    for (int status : SOME) {
      beforeTheFirstStream(status, refused);
    }
  }

  private void beforeTheFirstStream(int status, Refused refused) throws Exception {
    EventSource source = source(reconnecting(patient(), policy -> policy.setRefused(refused)));
    Recorder recorder = Recorder.of(source);
    connect(source);
    answer(status);
    expect(status, outcome(status, refused, false), recorder);
    await(source.close());
  }

  @Test
  void client05EveryStatusAfterAGoodStreamIsTakenByItsClass() throws Exception {
    afterAGoodStream(IntStream.rangeClosed(200, 599).toArray(), Refused.RETRY_ONCE_OPENED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Refused.class,
      names = {"RETRY", "STOP"})
  void client05WhatBecomesOfRefusalsAfterAGoodStreamIsAnOption(Refused refused) throws Exception {
    afterAGoodStream(SOME, refused);
  }

  /** One source for as many statuses as it survives. */
  private void afterAGoodStream(int[] statuses, Refused refused) throws Exception {
    EventSource source = null;
    Recorder recorder = new Recorder();
    for (int status : statuses) {
      if (source == null) {
        source = source(reconnecting(patient(), policy -> policy.setRefused(refused)));
        recorder = Recorder.of(source);
        connect(source);
      } else {
        source.restart();
      }
      origin.next().stream().send("id: " + status + "\ndata: x\n\n").close();
      recorder.awaitState(EventSourceState.OPEN);
      recorder.awaitWaiting(EventSourceReason.ENDED);
      source.restart();
      answer(status);
      Outcome outcome = outcome(status, refused, true);
      expect(status, outcome, recorder);
      if (outcome == Outcome.STOP) {
        await(source.close());
        source = null;
      }
    }
  }

  @Test
  void client06StrictStopsAtEveryStatusButTwoHundredAndRedirects() throws Exception {
    for (int status : SOME) {
      EventSource source = source(reconnecting(patient(), policy -> policy.setStrict(true)));
      Recorder recorder = Recorder.of(source);
      connect(source);
      answer(status);
      boolean opens = status == 200 || meaning(status) == Meaning.ELSEWHERE;
      expect(status, opens ? Outcome.OPEN : Outcome.STOP, recorder);
      await(source.close());
    }
  }

  /** No connection but those the test asks for. */
  private EventSourceOptions patient() {
    return options(policy -> policy.setRetry(Duration.ofHours(1)));
  }

  private void answer(int status) {
    Peer peer = origin.next();
    String start = status + " Whatever";
    String type = "Content-Type: text/event-stream";
    switch (meaning(status)) {
      case STREAM -> peer.head(start, type).send("data: y\n\n");
      case END -> peer.answer(start);
      case ELSEWHERE -> {
        peer.answer(start, "Location: /there");
        Peer there = origin.next();
        assertThat(there.path()).as("status %d", status).isEqualTo("/there");
        there.stream();
      }
      case AGAIN, REFUSED -> {
        if (status == 304) {
          peer.answer(start, type, "Location: /there");
        } else {
          peer.head(start, type, "Location: /there", "Content-Length: 9").send("data: x\n\n");
        }
      }
    }
  }

  private static void expect(int status, Outcome outcome, Recorder recorder) {
    EventSourceState state =
        switch (outcome) {
          case OPEN -> EventSourceState.OPEN;
          case WAIT -> EventSourceState.WAITING;
          case STOP -> EventSourceState.CLOSED;
        };
    while (true) {
      EventSourceTransition step = recorder.take(recorder.transitions, "status " + status);
      if (step.to() == EventSourceState.CONNECTING) {
        continue;
      }
      assertThat(step.to()).as("status %d", status).isEqualTo(state);
      if (step.to() != EventSourceState.OPEN && status != 204) {
        assertThat(step.reason()).isEqualTo(EventSourceReason.HTTP_STATUS);
        assertThat(Recorder.causeOf(step).statusCode()).isEqualTo(status);
      }
      return;
    }
  }

  /** RFC 9110, section 15: an invalid status counts as a 5xx. */
  @ParameterizedTest
  @ValueSource(ints = {600, 777, 999})
  void client06AStatusOfNoClassIsTriedAgain(int status) {
    Recorder recorder = follow(options());
    origin.next().answer(status + " Whatever");
    recorder.awaitState(EventSourceState.WAITING);
    origin.next().stream().send("data: x\n\n");
    assertThat(recorder.data(1)).containsExactly("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Type: text/html", "Content-Encoding: br", "X-No-Type: at-all"})
  void client04APageInsteadOfAStreamIsWaitedForOnceThereWasAStream(String header) {
    Recorder recorder = follow(options());
    origin.next().stream().send("id: 1\ndata: before\n\n").close();
    recorder.awaitWaiting(EventSourceReason.ENDED);
    String type = header.contains("br") ? "Content-Type: text/event-stream" : "X-Y: z";
    origin
        .next()
        .head("200 OK", header, type, "Content-Length: 24")
        .send("id: 9\nretry: 1\ndata: x\n\n");
    EventSourceTransition waiting = recorder.awaitState(EventSourceState.WAITING);
    assertThat(waiting.reason())
        .isIn(EventSourceReason.WRONG_CONTENT_TYPE, EventSourceReason.CONTENT_CODING);
    Peer again = origin.next();
    assertThat(again.header("last-event-id")).isEqualTo("1");
    again.stream().send("data: after\n\n");
    assertThat(recorder.data(2)).containsExactly("before", "after");
    assertThat(recorder.retries).isEmpty();
  }

  @Test
  void client05ASecond401AfterAGoodStreamIsWaitedForAndTheSupplierAskedEachTime() {
    Recorder recorder =
        follow(
            builder(options(policy -> policy.setMaxRefusedRetry(Duration.ofMillis(50))))
                .withRequestSupplier(
                    attempt ->
                        io.vertx.core.Future.succeededFuture(
                            attempt
                                .request()
                                .withHeader("authorization", "t" + attempt.number()))));
    origin.next().stream().send("data: x\n\n").close();
    for (int number = 2; number <= 5; number++) {
      Peer peer = origin.next();
      assertThat(peer.header("authorization")).isEqualTo("t" + number);
      peer.answer("401 Unauthorized");
    }
    origin.next().stream().send("data: y\n\n");
    assertThat(recorder.data(2)).containsExactly("x", "y");
    assertThat(recorder.exceptions).isEmpty();
  }

  @Test
  void client07RetryAfterIsAFloorForARefusalAsWell() {
    Recorder recorder = follow(options(policy -> policy.setRefused(Refused.RETRY).setJitter(0)));
    origin.next().answer("403 Forbidden", "Retry-After: 77");
    assertThat(recorder.awaitState(EventSourceState.WAITING).delayMillis()).isEqualTo(77_000);
  }

  @Test
  void client07OfSeveralRetryAfterTheLongestIsHeeded() {
    Recorder recorder = follow(options(policy -> policy.setRefused(Refused.RETRY).setJitter(0)));
    origin
        .next()
        .answer(
            "503 Busy", "Retry-After: 5", "Retry-After: 77", "Retry-After: x", "Retry-After: 7");
    assertThat(recorder.awaitState(EventSourceState.WAITING).delayMillis()).isEqualTo(77_000);
  }

  @Test
  void client19WhatTheServerSaysOfAFailureIsToldWithIt() throws Exception {
    EventSource source = source(options(policy -> policy.setMaxAttempts(2)));
    Recorder recorder = Recorder.of(source);
    connect(source);
    origin.next().head("503 Busy", "Content-Length: 5").send("first");
    EventSourceTransition waiting = recorder.awaitState(EventSourceState.WAITING);
    assertThat(Recorder.causeOf(waiting).body().toString()).isEqualTo("first");
    origin.next().head("503 Busy", "X-Why: load", "Content-Length: 4").send("last");
    EventSourceException failure =
        Recorder.causeOf(recorder.awaitClosed(EventSourceReason.ATTEMPTS_EXHAUSTED));
    assertThat(failure.statusCode()).isEqualTo(503);
    assertThat(failure.headers().get("x-why")).containsExactly("load");
    assertThat(failure.body().toString()).isEqualTo("last");
  }

  @Test
  void client19OnlyTheFirst8KibOfAnEndlessAnswerAreKeptEvenWhilePaused() throws Exception {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source.pause();
    connect(source);
    Peer peer = origin.next().head("404 Not Found", "Content-Type: text/html");
    peer.send("x".repeat(5000)).send("y".repeat(5000));
    EventSourceException failure =
        Recorder.causeOf(recorder.awaitClosed(EventSourceReason.HTTP_STATUS));
    assertThat(failure.body().toString()).isEqualTo("x".repeat(5000) + "y".repeat(3192));
    peer.awaitClosed();
  }

  @Test
  void client19AnAnswerThatNeverEndsIsNotWaitedFor() {
    Recorder recorder = follow(options());
    Peer peer = origin.next().head("404 Not Found", "Content-Type: text/html").send("so far");
    EventSourceException failure =
        Recorder.causeOf(recorder.awaitClosed(EventSourceReason.HTTP_STATUS));
    assertThat(failure.body().toString()).isEqualTo("so far");
    peer.awaitClosed();
  }

  @Test
  void client19ACompressedAnswerIsToldInPlainText() throws IOException {
    Recorder recorder = follow(options());
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(wire)) {
      gzip.write("{\"error\": 1}".getBytes(StandardCharsets.UTF_8));
      gzip.write(new byte[50_000_000]);
    }
    origin
        .next()
        .head("400 Bad Request", "Content-Encoding: gzip", "Content-Length: " + wire.size())
        .send(wire.toByteArray());
    EventSourceException failure =
        Recorder.causeOf(recorder.awaitClosed(EventSourceReason.HTTP_STATUS));
    assertThat(failure.body().length()).isEqualTo(8192);
    assertThat(failure.body().toString()).startsWith("{\"error\": 1}\u0000");
  }

  @Test
  void client19AnAnswerThatBreaksOffTellsItsStatusAndWhatCame() {
    Recorder recorder = follow(options());
    origin.next().head("410 Gone", "Content-Length: 100").send("half").reset();
    EventSourceException failure =
        Recorder.causeOf(recorder.awaitClosed(EventSourceReason.HTTP_STATUS));
    assertThat(failure.statusCode()).isEqualTo(410);
    assertThat(List.of("", "half")).contains(failure.body().toString());
  }
}
