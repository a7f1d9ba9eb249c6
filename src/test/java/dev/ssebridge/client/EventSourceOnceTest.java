package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked for once. */
@Tag("slow")
class EventSourceOnceTest extends EventSourceFixture {
  private final BlockingQueue<Buffer> answers = new LinkedBlockingQueue<>();

  private EventSourceOptions question() {
    return options()
        .setMethod(HttpMethod.POST)
        .addHeader("accept", "application/json, text/event-stream")
        .addHeader("content-type", "application/json")
        .setRequestBody("{\"q\":1}");
  }

  private EventSource ask(EventSourceOptions options) {
    return track(EventSource.once(vertx, options));
  }

  private EventSource ask(EventSourceBuilder builder) {
    return track(builder.once().build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "REPORT"})
  void client21AStreamThatIsAskedForOnceEndsWithTheResponse(String method) throws Exception {
    EventSource source = ask(question().setMethod(HttpMethod.valueOf(method)));
    Recorder recorder = Recorder.of(source);
    Future<Void> connected = source.connect();
    Peer peer = origin.next();
    assertThat(peer.method()).isEqualTo(method);
    assertThat(peer.body()).isEqualTo("{\"q\":1}");
    peer.stream().send("data: a\n\nretry: 1\ndata: b\n\n").close();
    await(connected);
    assertThat(recorder.data(2)).containsExactly("a", "b");
    recorder.awaitClosed(EventSourceReason.ENDED);
    recorder.take(recorder.ends, "the end");
    assertThat(recorder.exceptions).isEmpty();
    source.restart();
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void client21TheMarkEndsItAndIsNotDeliveredNorIsWhatFollows() throws Exception {
    EventSource source = ask(builder(question()).until(event -> "[DONE]".equals(event.data())));
    Recorder recorder = Recorder.of(source);
    connect(source);
    Peer peer = origin.next().stream().send("data: a\n\ndata: [DONE]\n\ndata: late\n\n");
    assertThat(recorder.data(1)).containsExactly("a");
    recorder.awaitClosed(EventSourceReason.ENDED);
    recorder.take(recorder.ends, "the end");
    peer.awaitClosed();
    assertThat(recorder.events).isEmpty();
    assertThat(recorder.exceptions).isEmpty();
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void client21TheMarkEndsAnOrdinarySourceForGoodAsWell() {
    Recorder recorder = follow(builder(options()).until(event -> "bye".equals(event.type())));
    origin.next().stream().send("data: a\n\n").close();
    origin.next().stream().send("event: bye\ndata: b\n\n");
    assertThat(recorder.data(1)).containsExactly("a");
    recorder.awaitClosed(EventSourceReason.ENDED);
    recorder.take(recorder.ends, "the end");
    assertThat(origin.poll(50)).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void client21APredicateThatThrowsIsToldAndEndsNothing(boolean isError) {
    Recorder recorder =
        follow(
            builder(options())
                .until(
                    event -> {
                      if (isError) {
                        throw new StackOverflowError("boom");
                      }
                      throw new IllegalStateException("boom");
                    }));
    origin.next().stream().send("data: a\n\n");
    assertThat(recorder.data(1)).containsExactly("a");
    assertThat(recorder.take(recorder.exceptions, "the failure")).hasMessageContaining("boom");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 408, 429, 500, 503, 529})
  void client21AFailureTellsStatusAndBodyAndIsNotTriedAgain(int status) {
    EventSource source =
        ask(
            builder(
                    reconnecting(
                        question(), policy -> policy.setRefused(ReconnectPolicy.Refused.RETRY)))
                .withRequestSupplier(attempt -> Future.succeededFuture(attempt.request())));
    Recorder recorder = Recorder.of(source);
    Future<Void> connected = source.connect();
    String body = "{\"error\":\"" + "x".repeat(10_000) + "\"}";
    origin
        .next()
        .head(
            status + " No",
            "Content-Type: application/json",
            "Retry-After: 0",
            "Content-Length: " + body.length())
        .send(body);
    EventSourceException failure =
        (EventSourceException) recorder.take(recorder.exceptions, "the failure");
    assertThat(failure.statusCode()).isEqualTo(status);
    assertThat(failure.body().toString()).isEqualTo(body.substring(0, 8192));
    recorder.take(recorder.ends, "the end");
    assertThatThrownBy(() -> await(connected)).hasCause(failure);
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void client21WhatBreaksIsAFailureAndNotTriedAgain() throws Exception {
    EventSource source = ask(question());
    Recorder recorder = Recorder.of(source);
    connect(source);
    Peer peer = origin.next().chunked().chunk("data: a\n\n");
    assertThat(recorder.data(1)).containsExactly("a");
    peer.close();
    recorder.awaitClosed(EventSourceReason.NETWORK_ERROR);
    recorder.take(recorder.exceptions, "the failure");
    recorder.take(recorder.ends, "the end");
    assertThat(origin.poll(50)).isNull();
    origin.goAway();
    EventSource refused =
        ask(
            new EventSourceOptions(origin.url("/"))
                .setReconnect(new ReconnectPolicy().setMaxAttempts(5)));
    assertThatThrownBy(() -> await(refused.connect())).hasMessageContaining("no connection");
  }

  @ParameterizedTest
  @CsvSource({
    "200,application/json",
    "201,application/json; charset=utf-8",
    "200,application/problem+json"
  })
  void client21AnAnswerInJsonIsHandedOverAsSuch(int status, String type) throws Exception {
    EventSource source = ask(question());
    Recorder recorder = Recorder.of(source);
    source.answerHandler(answers::add);
    source.pause();
    Future<Void> connected = source.connect();
    String json = new JsonObject().put("result", "r".repeat(100_000)).encode();
    origin
        .next()
        .head(status + " OK", "Content-Type: " + type, "Content-Length: " + json.length())
        .send(json);
    await(connected);
    assertThat(recorder.take(answers, "an answer").toString()).isEqualTo(json);
    recorder.awaitClosed(EventSourceReason.ENDED);
    recorder.take(recorder.ends, "the end");
    assertThat(recorder.exceptions).isEmpty();
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void client21AnAnswerInJsonThatNobodyTakesIsAFailure() {
    EventSource source = ask(question());
    Recorder recorder = Recorder.of(source);
    connect(source);
    origin.next().head("200 OK", "Content-Type: application/json", "Content-Length: 2").send("{}");
    EventSourceException failure =
        Recorder.causeOf(recorder.awaitClosed(EventSourceReason.WRONG_CONTENT_TYPE));
    assertThat(failure.body().toString()).isEqualTo("{}");
  }

  @Test
  void client21AnAnswerThatIsTooLargeCutOffOrNeverEndsIsAFailure() {
    for (int round = 0; round < 3; round++) {
      EventSourceOptions options = question().setMaxEventBytes(10);
      EventSource source =
          ask(round < 2 ? options : options.setResponseTimeout(Duration.ofMillis(500)));
      Recorder recorder = Recorder.of(source);
      source.answerHandler(answers::add);
      connect(source);
      Peer peer =
          origin.next().head("200 OK", "Content-Type: application/json", "Content-Length: 50");
      switch (round) {
        case 0 -> {
          peer.send("[1,2,3,4,5,6,7,8]");
          recorder.awaitClosed(EventSourceReason.EVENT_TOO_LARGE);
        }
        case 1 -> {
          peer.send("[1,").close();
          recorder.awaitClosed(EventSourceReason.NETWORK_ERROR);
        }
        default -> {
          peer.send("[1,");
          recorder.awaitClosed(EventSourceReason.RESPONSE_TIMEOUT);
        }
      }
      recorder.take(recorder.exceptions, "the failure");
    }
    assertThat(answers).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {202, 204, 205})
  void client21NoContentIsAnEndInGoodOrder(int status) throws Exception {
    EventSource source = ask(question());
    Recorder recorder = Recorder.of(source);
    Future<Void> connected = source.connect();
    origin.next().answer(status + " Fine");
    await(connected);
    recorder.awaitClosed(EventSourceReason.NO_CONTENT);
    recorder.take(recorder.ends, "the end");
    assertThat(recorder.exceptions).isEmpty();
  }

  @Test
  void client21WhatAResponseHeldWhenItEndedIsDeliveredAsFastAsItIsWantedToTheLast()
      throws Exception {
    EventSource source = ask(question());
    Recorder recorder = Recorder.of(source);
    source.pause();
    connect(source);
    int count = 20_000;
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(wire)) {
      gzip.write(
          ("data: " + "x".repeat(200) + "\n\n").repeat(count).getBytes(StandardCharsets.UTF_8));
    }
    origin
        .next()
        .head(
            "200 OK",
            "Content-Type: text/event-stream",
            "Content-Encoding: gzip",
            "Content-Length: " + wire.size())
        .send(wire.toByteArray());
    recorder.awaitState(EventSourceState.OPEN);
    for (int fetched = 0; fetched < count; fetched += 1000) {
      source.fetch(1000);
      assertThat(recorder.data(1000)).hasSize(1000);
      assertThat(recorder.events).isEmpty();
    }
    source.resume(); // The socket is not read while nothing is wanted, its end included.
    recorder.awaitClosed(EventSourceReason.ENDED);
    recorder.take(recorder.ends, "the end");
  }

  @Test
  void client21ItCanBeClosedAtAnyTime() throws Exception {
    EventSource source = ask(question());
    List<String> seen = new ArrayList<>();
    source.endHandler(end -> seen.add("end"));
    Future<Void> connected = source.connect();
    Peer peer = origin.next();
    await(source.close());
    peer.awaitClosed();
    assertThatThrownBy(() -> await(connected)).hasMessageContaining("closed");
    assertThat(seen).containsExactly("end");
  }
}
