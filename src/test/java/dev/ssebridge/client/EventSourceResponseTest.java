package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of the answer. */
@Tag("slow")
class EventSourceResponseTest extends EventSourceFixture {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/event-stream",
        "Text/EVENT-Stream",
        "text/event-stream;",
        "text/event-stream; charset=utf-8",
        "text/event-stream ; charset=iso-8859-1; x=y",
        "  text/event-stream"
      })
  void client04AnEventStreamOpensWhateverItsParameters(String type) {
    Recorder recorder = follow(options());
    origin.next().head("200 OK", "Content-Type: " + type).send("data: \u00e9\n\n");
    recorder.awaitState(EventSourceState.OPEN);
    assertThat(recorder.data(1)).containsExactly("\u00e9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/event-streamx",
        "Content-Type: text/html; text/event-stream",
        "Content-Type: application/json",
        "Content-Type:",
        "X-No-Type: at-all"
      })
  void client04AnythingElseIsRefusedAtFirstAndItsBodyIsNeverParsed(String header) {
    Recorder recorder = follow(options());
    origin.next().head("200 OK", header).send("id: 9\nretry: 1\ndata: x\n\n").close();
    EventSourceTransition closed = recorder.awaitClosed(EventSourceReason.WRONG_CONTENT_TYPE);
    assertThat(Recorder.causeOf(closed)).hasMessageContaining("text/event-stream");
    assertThat(recorder.take(recorder.ends, "the end")).isEqualTo("end");
    assertThat(recorder.events).isEmpty();
    assertThat(recorder.retries).isEmpty();
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void client05A204StopsForGoodWithoutAnError() throws Exception {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    Future<Void> connected = source.connect();
    origin.next().answer("204 No Content");
    recorder.awaitClosed(EventSourceReason.NO_CONTENT);
    recorder.take(recorder.ends, "the end");
    assertThat(recorder.exceptions).isEmpty();
    assertThat(origin.poll(50)).isNull();
    assertThatThrownBy(() -> await(connected)).hasMessageContaining("before a stream was open");
  }

  @Test
  void client05ARefusalAtFirstStopsForGoodAndTellsTheStatusAndHeaders() {
    Recorder recorder = follow(options());
    origin
        .next()
        .head("404 Whatever", "X-Why: because", "Content-Type: text/event-stream")
        .send("id: 9\ndata: x\n\n")
        .close();
    EventSourceException cause =
        Recorder.causeOf(recorder.awaitClosed(EventSourceReason.HTTP_STATUS));
    assertThat(cause.statusCode()).isEqualTo(404);
    assertThat(cause.headers().get("x-why")).containsExactly("because");
    assertThat(recorder.take(recorder.exceptions, "the failure")).isSameAs(cause);
    assertThat(recorder.events).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
  void client06StatusesThatSayNotNowAreTriedAgain(int status) {
    Recorder recorder = follow(options().setLastEventId("5"));
    origin.next().answer(status + " Not now");
    EventSourceTransition waiting = recorder.awaitWaiting(EventSourceReason.HTTP_STATUS);
    assertThat(Recorder.causeOf(waiting).statusCode()).isEqualTo(status);
    Peer peer = origin.next();
    assertThat(peer.header("last-event-id")).isEqualTo("5");
    peer.stream().send("data: now\n\n");
    assertThat(recorder.data(1)).containsExactly("now");
    assertThat(recorder.exceptions).isEmpty();
  }

  @Test
  void client05A401AsksTheSupplierOnceMoreAndThenItIsARefusal() {
    Recorder recorder =
        follow(
            builder(options(policy -> policy.setRefused(ReconnectPolicy.Refused.STOP)))
                .withRequestSupplier(
                    attempt ->
                        Future.succeededFuture(
                            attempt
                                .request()
                                .withHeader(
                                    "authorization",
                                    attempt.lastFailure() == null
                                        ? "stale"
                                        : "fresh " + attempt.lastFailure().statusCode()))));
    Peer first = origin.next();
    assertThat(first.header("authorization")).isEqualTo("stale");
    first.answer("401 Unauthorized");
    Peer second = origin.next();
    assertThat(second.header("authorization")).isEqualTo("fresh 401");
    second.stream().close();
    origin.next().answer("401 Unauthorized");
    origin.next().answer("401 Unauthorized");
    recorder.awaitClosed(EventSourceReason.HTTP_STATUS);
    assertThat(origin.poll(50)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void client08RedirectsAreFollowedWithTheLastEventIdAndForgottenAtTheNextConnection(int status) {
    Recorder recorder = follow(options().setLastEventId("7"));
    origin.next().answer(status + " Elsewhere", "Location: elsewhere?a=b#fragment");
    Peer there = origin.next();
    assertThat(there.path()).isEqualTo("/elsewhere?a=b");
    assertThat(there.header("last-event-id")).isEqualTo("7");
    assertThat(there.header("accept")).isEqualTo("text/event-stream");
    there.stream().send("id: 8\ndata: x\n\n").close();
    assertThat(recorder.data(1)).containsExactly("x");
    Peer again = origin.next();
    assertThat(again.path()).isEqualTo("/stream");
    assertThat(again.header("last-event-id")).isEqualTo("8");
  }

  @ParameterizedTest
  @CsvSource({
    "other,/a/other",
    "/other,/other",
    "?b=c,/a/b?b=c",
    "../x,/x",
    "./x?y#z,/a/x?y",
    "x y,/a/x%20y",
    "\u00e9,/a/%C3%A9",
    "../../../z/./y/..,/z/",
    "'?\u20ac=[1]',/a/b?%E2%82%AC=[1]",
    "#top,/a/b?q",
    "50%,/a/50%25",
    "//127.0.0.1:PORT/z,/z"
  })
  void client08ALocationMayBeRelativeAndUnescaped(String location, String path) {
    connect(source(new EventSourceOptions(origin.url("/a/b?q"))));
    origin.next().answer("302 Found", "Location: " + location.replace("PORT", "" + origin.port()));
    assertThat(origin.next().path()).isEqualTo(path);
  }

  @Test
  void client08ARedirectFromAUrlWithoutAPathIsResolvedFromTheRoot() {
    connect(source(new EventSourceOptions(origin.url(""))));
    origin.next().answer("302 Found", "Location: x");
    assertThat(origin.next().path()).isEqualTo("/x");
  }

  @Test
  void client02LongHeadersAreTaken() {
    Recorder recorder = follow(options());
    origin
        .next()
        .head("200 OK", "Content-Type: text/event-stream", "X-Long: " + "x".repeat(50_000))
        .send("data: x\n\n");
    assertThat(recorder.data(1)).containsExactly("x");
  }

  @ParameterizedTest
  @CsvSource({"301,GET", "302,GET", "303,GET", "307,POST", "308,POST"})
  void client08APostKeepsItsBodyOnlyWhereTheStatusSaysSo(int status, String method) {
    follow(
        options()
            .setMethod(HttpMethod.POST)
            .addHeader("content-type", "text/plain")
            .setRequestBody("hello"));
    origin.next().answer(status + " Elsewhere", "Location: /there");
    Peer there = origin.next();
    assertThat(there.method()).isEqualTo(method);
    assertThat(there.body()).isEqualTo(method.equals("POST") ? "hello" : "");
    assertThat(there.header("content-type")).isEqualTo(method.equals("POST") ? "text/plain" : null);
  }

  @Test
  void client08AnotherOriginGetsNeitherHeadersNorTheBodyButThoseThatAreMeantForIt()
      throws IOException {
    try (UnrulyOrigin other = UnrulyOrigin.start()) {
      follow(
          options()
              .setMethod(HttpMethod.POST)
              .setRequestBody("hello")
              .setLastEventId("7")
              .addHeader("authorization", "secret")
              .addHeader("cookie", "a=b")
              .addHeader("x-api-key", "secret")
              .addHeader("accept", "text/event-stream, */*")
              .addHeader("X-Trace", "t1")
              .setHeadersAcrossOrigins(Set.of("x-TRACE")));
      origin.next().answer("307 Same", "Location: /same");
      Peer same = origin.next();
      assertThat(same.header("authorization")).isEqualTo("secret");
      assertThat(same.header("x-api-key")).isEqualTo("secret");
      assertThat(same.body()).isEqualTo("hello");
      same.answer("307 Other", "Location: " + other.url("/"));
      Peer foreign = other.next();
      assertThat(foreign.method()).isEqualTo("POST");
      assertThat(foreign.body()).isEmpty();
      assertThat(foreign.headers())
          .doesNotContainKeys("authorization", "cookie", "x-api-key", "content-type");
      assertThat(foreign.header("accept")).isEqualTo("text/event-stream");
      assertThat(foreign.header("x-trace")).isEqualTo("t1");
      assertThat(foreign.header("last-event-id")).isEqualTo("7");
      foreign.answer("307 Back", "Location: " + origin.url("/back"));
      Peer back = origin.next();
      assertThat(back.headers()).doesNotContainKeys("authorization", "cookie", "x-api-key");
      assertThat(back.body()).isEmpty();
    }
  }

  @Test
  void client08ARedirectLoopIsAnErrorWithBackoff() {
    Recorder recorder = follow(options(policy -> policy.setMaxRetry(Duration.ofMillis(50))));
    origin.next().answer("302 Found", "Location: /b");
    origin.next().answer("302 Found", "Location: /stream");
    EventSourceTransition waiting = recorder.awaitWaiting(EventSourceReason.REDIRECT);
    assertThat(Recorder.causeOf(waiting)).hasMessageContaining("loop");
    origin.next().stream().send("data: x\n\n");
    assertThat(recorder.data(1)).containsExactly("x");
  }

  @Test
  void client08MoreRedirectsThanAllowedAreAnError() {
    Recorder recorder = follow(options().setMaxRedirects(3));
    for (int hop = 0; hop < 4; hop++) {
      origin.next().answer("302 Found", "Location: /hop" + hop);
    }
    EventSourceTransition waiting = recorder.awaitWaiting(EventSourceReason.REDIRECT);
    assertThat(Recorder.causeOf(waiting)).hasMessageContaining("more than 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X: none", "Location:", "Location: ftp://h/", "Location: http://"})
  void client08ARedirectToNowhereStopsForGood(String header) {
    Recorder recorder = follow(options());
    origin.next().answer("301 Moved", header);
    recorder.awaitClosed(EventSourceReason.REDIRECT);
  }

  @Test
  void client09GzipIsTakenOffPieceByPiece() throws IOException {
    Recorder recorder = follow(options());
    Peer peer = origin.next().chunked("Content-Encoding: gzip");
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    GZIPOutputStream gzip = new GZIPOutputStream(wire, 512, true);
    for (int number = 0; number < 5; number++) {
      gzip.write(("data: " + number + "\n\n").getBytes(StandardCharsets.UTF_8));
      gzip.flush();
      peer.chunk(wire.toByteArray());
      wire.reset();
      assertThat(recorder.data(1)).containsExactly("" + number);
    }
    gzip.write("data: last\n\n".getBytes(StandardCharsets.UTF_8));
    gzip.close();
    peer.chunk(wire.toByteArray()).end();
    assertThat(recorder.data(1)).containsExactly("last");
    recorder.awaitWaiting(EventSourceReason.ENDED);
  }

  /** RFC 1952, section 2.2: "members simply appear one after another in the file". */
  @Test
  void client09AGzipMemberForEachEventIsReadToTheLast() throws IOException {
    Recorder recorder = follow(options());
    Peer peer = origin.next().chunked("Content-Encoding: gzip");
    ByteArrayOutputStream several = new ByteArrayOutputStream();
    for (int number = 0; number < 3; number++) {
      byte[] member = gzip("data: " + number + "\n\n");
      several.write(member);
      peer.chunk(member);
      assertThat(recorder.data(1)).containsExactly("" + number);
    }
    peer.chunk(several.toByteArray());
    assertThat(recorder.data(3)).containsExactly("0", "1", "2");
    peer.end();
    recorder.awaitWaiting(EventSourceReason.ENDED);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(wire)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return wire.toByteArray();
  }

  @Test
  void client09ASmallBodyThatInflatesToALargeOneIsInflatedOnlyAsFarAsItIsWanted() throws Exception {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source.handler(
        event -> {
          recorder.events.add(event);
          source.pause();
        });
    connect(source);
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    int count = 200_000;
    try (GZIPOutputStream gzip = new GZIPOutputStream(wire)) {
      gzip.write(
          ("data: " + "x".repeat(200) + "\n\n").repeat(count).getBytes(StandardCharsets.UTF_8));
    }
    origin.next().chunked("Content-Encoding: gzip").chunk(wire.toByteArray()).end();
    recorder.event();
    EventSourceReconnectTest.sleep(100);
    assertThat(source.stats().events()).isEqualTo(1);
    AtomicInteger rest = new AtomicInteger();
    source.handler(event -> rest.incrementAndGet());
    source.resume();
    recorder.awaitWaiting(EventSourceReason.ENDED);
    assertThat(rest.get()).isEqualTo(count - 1);
  }

  /** RFC 9110, section 8.4.1.2: zlib, but "some non-conformant implementations" send it raw. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void client09DeflateIsTakenOffByteByByteWithAndWithoutItsWrapper(boolean raw) {
    Recorder recorder = follow(options());
    Peer peer = origin.next().chunked("Content-Encoding: deflate");
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, raw);
    byte[] wire = new byte[1000];
    for (int number = 0; number < 3; number++) {
      deflater.setInput(("data: " + number + "\n\n").getBytes(StandardCharsets.UTF_8));
      int length = deflater.deflate(wire, 0, wire.length, Deflater.SYNC_FLUSH);
      for (int at = 0; at < length; at++) {
        peer.chunk(new byte[] {wire[at]});
      }
      assertThat(recorder.data(1)).containsExactly("" + number);
    }
    deflater.end();
  }

  @Test
  void client09CodingsInSeveralLinesCountAsOne() throws IOException {
    Recorder recorder = follow(options());
    origin
        .next()
        .chunked("Content-Encoding: identity", "Content-Encoding: GZIP, ")
        .chunk(gzip("data: x\n\n"));
    assertThat(recorder.data(1)).containsExactly("x");
  }

  @Test
  void client09WhatIsNotGzipIsAnErrorAndTriedAgain() {
    Recorder recorder = follow(options());
    origin.next().chunked("Content-Encoding: gzip").chunk("data: plain text after all\n\n");
    recorder.awaitWaiting(EventSourceReason.CONTENT_CODING);
    origin.next();
  }

  @Test
  void client09ACodingThatIsNotReadIsRefusedAtFirst() {
    Recorder recorder = follow(options());
    origin.next().chunked("Content-Encoding: br"); // and is closed at once
    EventSourceTransition closed = recorder.awaitClosed(EventSourceReason.CONTENT_CODING);
    assertThat(Recorder.causeOf(closed)).hasMessageContaining("\"br\"");
  }

  @Test
  void client09InformationalResponsesArePassedOver() {
    Recorder recorder = follow(options());
    origin.next().head("103 Early Hints", "Link: </x>").head("102 Processing").stream()
        .send("data: x\n\n");
    assertThat(recorder.data(1)).containsExactly("x");
  }

  @Test
  void client09Http10StreamsLastAsLongAsTheConnection() {
    Recorder recorder = follow(options());
    origin
        .next()
        .send("HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: x\n\n")
        .close();
    assertThat(recorder.data(1)).containsExactly("x");
    recorder.awaitState(EventSourceState.WAITING);
    origin.next();
  }

  @Test
  void client09WrongChunksAreANetworkError() {
    Recorder recorder = follow(options());
    origin.next().chunked().chunk("data: x\n\n").send("this is no chunk size\r\n");
    assertThat(recorder.data(1)).containsExactly("x");
    recorder.awaitWaiting(EventSourceReason.NETWORK_ERROR);
    origin.next();
  }

  @Test
  void client10SomethingThatIsNotHttpIsANetworkError() {
    Recorder recorder = follow(options());
    origin.next().send("SSH-2.0-OpenSSH_9.9\r\n\r\n").close();
    recorder.awaitWaiting(EventSourceReason.NETWORK_ERROR);
    origin.next();
  }
}
