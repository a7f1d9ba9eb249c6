package dev.ssebridge.internal.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tail} before servers that are no bridges, and those that answer something else. */
@Tag("slow")
class TailServersTest {
  private UnrulyOrigin origin;

  @BeforeEach
  void start() throws IOException {
    origin = UnrulyOrigin.start();
  }

  @AfterEach
  void stop() throws IOException {
    origin.close();
  }

  private static void body(Peer peer, String status, String type, String body) {
    peer.head(status, "Content-Type: " + type, "Content-Length: " + body.getBytes(UTF_8).length)
        .send(body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 Not Found | application/problem+json | {'detail':'no such route'} | got 404 (is the URL right?): no such route",
        "401 Unauthorized | text/plain | who are you? | got 401 (are the credentials right?): who are you?",
        "403 Forbidden | application/json | {'error':{'message':'not yours'}} | got 403 (are the credentials right?): not yours",
        "500 Oops | text/html | <html><title>It broke</title></html> | got 500: a page with the title \"It broke\"",
        "503 Busy | text/plain | later | got 503: later",
        "200 OK | text/html | <html><p>Maintenance</html> | got \"text/html\": a page",
        "200 OK | application/json | {'answer':42} | got \"application/json\"",
      })
  void whatIsNoStreamEndsItWithWhatTheServerSaid(
      String status, String type, String body, String message) {
    RunningCommand tail = RunningCommand.tail(origin.url("/s?key=secret"));
    body(origin.next(), status, type, body.replace('\'', '"'));
    assertThat(tail.exit()).isEqualTo(1);
    assertThat(tail.err()).hasLineCount(1).contains(message).doesNotContain("secret");
    assertThat(tail.out()).isEmpty();
  }

  @Test
  void noContentMeansThatThereWillBeNone() {
    RunningCommand tail = RunningCommand.tail(origin.url("/s"));
    origin.next().answer("204 No Content");
    assertThat(tail.exit()).isEqualTo(1);
    assertThat(tail.err()).contains("there is no stream and will be none (204)");
  }

  @Test
  void theEndForGoodComesAlsoAfterAStream() {
    RunningCommand tail = RunningCommand.tail(origin.url("/s"));
    origin.next().chunked().chunk("retry: 10\ndata: a\n\n").end();
    origin.next().answer("410 Gone");
    assertThat(tail.exit()).isEqualTo(1);
    assertThat(tail.out()).isEqualTo("a\n");
    assertThat(tail.err()).contains("connection lost: the server ended the stream", "got 410");
  }

  @Test
  void aRedirectIsFollowedAndSaid() {
    RunningCommand tail = RunningCommand.tail("--until=1", origin.url("/s"));
    origin.next().answer("307 Elsewhere", "Location: /other?x=1");
    Peer peer = origin.next();
    assertThat(peer.path()).isEqualTo("/other?x=1");
    peer.stream().send("data: a\n\n");
    assertThat(tail.exit()).isZero();
    assertThat(tail.err()).contains("connected to " + origin.url("/other") + ": 200");
  }

  @Test
  void nobodyThereIsAFailureAtOnceAndAsOftenAsAskedFor() throws IOException {
    String url = origin.url("/s");
    origin.goAway();
    RunningCommand tail = RunningCommand.tail(url);
    assertThat(tail.exit()).isEqualTo(1);
    assertThat(tail.err()).hasLineCount(1).contains("Connection refused");
    RunningCommand patient = RunningCommand.tail("--max-attempts=2", url);
    assertThat(patient.exit()).isEqualTo(1);
    assertThat(patient.err())
        .contains("no stream: no connection: Connection refused", "; next try in 1")
        .contains("2 failures in a row, giving up: no connection: Connection refused");
  }

  @Test
  void aBrokenStreamIsResumedAndWithoutAnIdThisIsSaid() {
    RunningCommand tail = RunningCommand.tail("--until=3", origin.url("/s"));
    origin.next().chunked().chunk("retry: 10\nid: \u00e9-1\ndata: a\n\n").reset();
    tail.awaitOut("a\n");
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isEqualTo("\u00e9-1");
    second.chunked().chunk("id:\ndata: b\n\n").end();
    tail.awaitErr("going on after id \u00e9-1\n");
    Peer third = origin.next();
    assertThat(third.header("last-event-id")).isNull();
    third.chunked().chunk("data: c\n\n");
    assertThat(tail.exit()).isZero();
    assertThat(tail.err())
        .contains("connection lost: ", "; next try in ")
        .contains("without an id to go on after, so that nobody knows what was missed");
  }

  @Test
  void whatABusyBridgeSaysInsteadOfEventsIsPassedOn() {
    RunningCommand tail = RunningCommand.tail("--until=1", origin.url("/s"));
    origin.next().chunked().chunk(": refused, limits.subscribers: 9 are open\nretry: 10\n\n").end();
    origin.next().chunked().chunk("data: a\n\n");
    assertThat(tail.exit()).isZero();
    assertThat(tail.err()).contains("saying \"refused, limits.subscribers: 9 are open\"");
  }

  @Test
  void aCompressedStreamIsReadAndSaidToBeSoWhileAnUnknownCodingIsNamed() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    GZIPOutputStream gzip = new GZIPOutputStream(bytes, true);
    gzip.write("data: squeezed\n\n".getBytes(UTF_8));
    gzip.flush();
    RunningCommand tail = RunningCommand.tail("--until=1", origin.url("/s"));
    origin.next().chunked("Content-Encoding: gzip").chunk(bytes.toByteArray());
    assertThat(tail.exit()).isZero();
    assertThat(tail.out()).isEqualTo("squeezed\n");
    assertThat(tail.err()).contains("200, HTTP/1.1, compressed (gzip)");
    RunningCommand other = RunningCommand.tail(origin.url("/s"));
    origin.next().chunked("Content-Encoding: br"); // it hangs up at once
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err())
        .contains("expected content coding gzip, deflate or identity, got \"br\"");
  }

  @Test
  void aPostIsSentOnceWithItsSecretsAndEndsWithItsAnswer(@TempDir Path directory)
      throws IOException {
    Path prompt = Files.writeString(directory.resolve("prompt.json"), "{\"stream\":true}");
    Path key = Files.writeString(directory.resolve("key"), "k3y\n");
    RunningCommand tail =
        new RunningCommand.Setting()
            .environment(Map.of("TOKEN", "t0ken"))
            .tail(
                "--post",
                prompt.toString(),
                "--bearer",
                "env:TOKEN",
                "-H",
                "x-api-key: file:" + key,
                "--until-data=[DONE]",
                "--raw",
                origin.url("/v1/chat"));
    Peer peer = origin.next();
    assertThat(peer.method()).isEqualTo("POST");
    assertThat(peer.body()).isEqualTo("{\"stream\":true}");
    assertThat(peer.header("content-type")).isEqualTo("application/json");
    assertThat(peer.header("authorization")).isEqualTo("Bearer t0ken");
    assertThat(peer.header("x-api-key")).isEqualTo("k3y");
    peer.chunked().chunk("data: {\"text\":\"hi\"}\n\ndata: [DONE]\n\n").end();
    assertThat(tail.exit()).isZero();
    assertThat(tail.out()).isEqualTo("{\"text\":\"hi\"}\n");
    assertThat(tail.err()).doesNotContain("t0ken", "k3y");
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void aPostFromTheStandardInputThatIsRefusedIsNotSentAgain() {
    RunningCommand tail =
        new RunningCommand.Setting()
            .in("gr\u00fc\u00df")
            .tail("--post=-", "--content-type=text/plain", origin.url("/v1"));
    Peer peer = origin.next();
    assertThat(peer.body()).isEqualTo("gr\u00fc\u00df");
    assertThat(peer.header("content-type")).isEqualTo("text/plain");
    body(peer, "429 Slowly", "application/json", "{\"error\":{\"message\":\"slow down\"}}");
    assertThat(tail.exit()).isEqualTo(1);
    assertThat(tail.err()).contains("got 429: slow down");
    RunningCommand broken =
        new RunningCommand.Setting().in("x").tail("--post=-", origin.url("/v1"));
    origin.next().chunked().chunk("data: a\n\n").reset();
    assertThat(broken.exit()).isEqualTo(1);
    assertThat(broken.out()).isEqualTo("a\n");
    assertThat(broken.err()).contains("the stream broke off");
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void withoutReconnectTheEndOfTheStreamIsTheEnd() {
    RunningCommand tail = RunningCommand.tail("--no-reconnect", origin.url("/s"));
    origin.next().chunked().chunk("data: a\n\n").end();
    assertThat(tail.exit()).isZero();
    assertThat(tail.err()).endsWith("tail: the stream has ended; 1 event\n");
  }

  @Test
  void aFileWithASecretIsReadAgainForEveryConnection(@TempDir Path directory) throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "one");
    RunningCommand tail =
        RunningCommand.tail("--bearer=file:" + token, "--until=1", origin.url("/s"));
    Peer first = origin.next();
    assertThat(first.header("authorization")).isEqualTo("Bearer one");
    Files.writeString(token, "two");
    first.answer("401 Expired");
    Peer second = origin.next();
    assertThat(second.header("authorization")).isEqualTo("Bearer two");
    second.chunked().chunk("data: a\n\n");
    assertThat(tail.exit()).isZero();
  }

  @Test
  void aReaderThatLeavesEndsItQuietlyAndWithSuccess() throws IOException {
    PipedInputStream head = new PipedInputStream();
    OutputStream pipe = new PipedOutputStream(head);
    RunningCommand tail = new RunningCommand.Setting().sink(pipe).tail(origin.url("/s"));
    Peer peer = origin.next().chunked().chunk("data: a\n\n");
    assertThat(head.read()).isEqualTo('a');
    head.close();
    peer.chunk("data: b\n\n");
    assertThat(tail.exit()).isZero();
    assertThat(tail.err()).hasLineCount(1).contains("connected");
  }

  /** Two processes with a pipe between them, as in a shell. */
  @Test
  void aReaderThatLeavesIsNoticedBeforeTheNextEvent() throws Exception {
    requireEpoll();
    ProcessBuilder tail =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "dev.ssebridge.internal.app.Main",
            "tail",
            origin.url("/s"));
    ProcessBuilder head = new ProcessBuilder("head", "-n", "1");
    tail.redirectError(Redirect.DISCARD);
    List<Process> both = ProcessBuilder.startPipeline(List.of(tail, head));
    try {
      origin.next().chunked().chunk("data: a\n\n");
      assertThat(new String(both.get(1).getInputStream().readAllBytes(), UTF_8)).isEqualTo("a\n");
      assertThat(both.get(0).waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(both.get(0).exitValue()).isZero();
    } finally {
      both.forEach(Process::destroy);
    }
  }

  private static void requireEpoll() {
    boolean there = System.getProperty("os.name").equals("Linux");
    try {
      Class.forName("io.netty.channel.epoll.Native");
    } catch (ClassNotFoundException | LinkageError none) {
      there = false;
    }
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(there, "no epoll of Netty on the class path; with CI=true this test fails");
    }
  }

  @Test
  void aReaderThatIsSlowHoldsTheServerBack() throws Exception {
    CountDownLatch wanted = new CountDownLatch(1);
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    OutputStream slow =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
              wanted.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            seen.write(bytes, offset, length);
          }
        };
    RunningCommand tail =
        new RunningCommand.Setting()
            .sink(slow)
            .tail("--until-data=end", "--no-reconnect", origin.url("/s"));
    Peer peer = origin.next().stream();
    String event = "data: " + "x".repeat(10_000) + "\n\n";
    AtomicInteger sent = new AtomicInteger();
    int all = 10_000; // 100 MB, of which neither the sockets nor anybody's memory hold the most
    Thread server =
        new Thread(
            () -> {
              for (int i = 0; i < all; i++) {
                peer.send(event);
                sent.incrementAndGet();
              }
              peer.send("data: end\n\n");
            });
    server.setDaemon(true);
    server.start();
    long[] stuck = {0, 0};
    Deadline.await(
        () -> {
          long now = System.nanoTime();
          stuck[1] = sent.get() == stuck[0] ? stuck[1] : now;
          stuck[0] = sent.get();
          return stuck[0] > 0 && now - stuck[1] > 300_000_000;
        },
        () -> "the server to be held back");
    assertThat(sent.get()).isLessThan(all / 2);
    wanted.countDown();
    assertThat(tail.exit()).isZero();
    assertThat(seen.size()).isEqualTo(all * 10_001);
  }

  @Test
  void anOriginsWordsInHeadersMoveNoCursor() {
    RunningCommand tail = RunningCommand.tail(origin.url("/s"));
    body(origin.next(), "200 OK", "text/\u00c2\u009b31mplain", "<title>\u001b[2J</title>");
    assertThat(tail.exit()).isEqualTo(1);
    assertThat(tail.err()).doesNotContainPattern("[\\p{Cc}&&[^\n]]");
  }

  @Test
  void anAnswerThatDoesNotComeNamesTheProxiesThatHoldStreamsBack() {
    RunningCommand tail = RunningCommand.tail("--timeout=300ms", origin.url("/s"));
    origin.next();
    assertThat(tail.exit()).isEqualTo(1);
    assertThat(tail.err()).contains("no response within 300 ms", "`doctor`");
  }

  @Test
  void whileAnAnswerIsLongInComingThisIsSaid() {
    RunningCommand tail = RunningCommand.tail("--until=1", origin.url("/s"));
    Peer peer = origin.next();
    tail.awaitErr("no answer for 5");
    peer.chunked().chunk("data: a\n\n");
    assertThat(tail.exit()).isZero();
  }

  @Test
  void gapsOfAnyTypeAreKnownByTheirFieldAndOutagesAreSaid() {
    RunningCommand tail = RunningCommand.tail("--until=1", origin.url("/s"));
    origin
        .next()
        .chunked()
        .chunk(
            """
            event: hole
            sse-gap: 3
            data: {"from":"e-1","to":"e-4","missed":3,"reason":"dropped"}

            event: sse.gap
            sse-gap: 12
            data: {"from":"e-1","to":"e-9","missed":12,"reason":"slow","policy":"conflate"}

            event: sse.source
            data: {"source":"up","state":"down","reason":"http_status","status":502}

            data: a

            """);
    assertThat(tail.exit()).isZero();
    assertThat(tail.out()).isEqualTo("a\n");
    assertThat(tail.err())
        .contains("gap between e-1 and e-4: 3 events missed: more came than the bridge can take")
        .contains("12 events merged into newer ones")
        .contains("the bridge's source up is down: http_status, 502")
        .endsWith("1 event, 3 missed\n");
  }

  @Test
  void jsonTellsWhatTheBridgeSaysOfItselfToo() {
    RunningCommand tail = RunningCommand.tail("--json", "--until=1", origin.url("/s"));
    origin
        .next()
        .chunked()
        .chunk("event: sse.gap\nsse-gap: 3\ndata: {\"missed\":3}\n\nretry: 5\ndata: a\n\n");
    assertThat(tail.exit()).isZero();
    List<JsonObject> lines = tail.lines().stream().map(JsonObject::new).toList();
    assertThat(lines.get(0).getJsonObject("fields").getString("sse-gap")).isEqualTo("3");
    assertThat(lines.get(1).getInteger("retry")).isEqualTo(5);
    assertThat(lines).hasSize(2);
  }
}
