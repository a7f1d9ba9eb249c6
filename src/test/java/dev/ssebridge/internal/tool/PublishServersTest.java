package dev.ssebridge.internal.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code publish} before servers that are busy, break, or say odd things. */
@Tag("slow")
class PublishServersTest {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private UnrulyOrigin origin;

  @BeforeEach
  void start() throws IOException {
    origin = UnrulyOrigin.start();
  }

  @AfterEach
  void stop() throws IOException {
    origin.close();
  }

  private static void problem(Peer peer, String status, String json, String... headers) {
    String body = json.replace('\'', '"');
    String[] all = new String[headers.length + 2];
    all[0] = "Content-Type: application/problem+json";
    all[1] = "Content-Length: " + body.getBytes(UTF_8).length;
    System.arraycopy(headers, 0, all, 2, headers.length);
    peer.head(status, all).send(body);
  }

  private static RunningCommand.Setting in(String text) {
    return new RunningCommand.Setting().in(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "date"})
  void aBusyServerIsAskedAgainWhenItSays(String when) {
    String header = when.equals("date") ? HTTP_DATE.format(Instant.now().plusSeconds(2)) : when;
    RunningCommand publish = RunningCommand.publish(origin.url("/t"), "x");
    problem(origin.next(), "429 Slowly", "{'detail':'too much'}", "Retry-After: " + header);
    publish.awaitErr("publish: 429: too much; again in ");
    problem(origin.next(), "503 Busy", "{'detail':'full'}", "Retry-After: 1");
    Peer third = origin.next();
    assertThat(third.method()).isEqualTo("POST");
    assertThat(third.body()).isEqualTo("x");
    third.answer("202 Accepted");
    assertThat(publish.exit()).isZero();
    assertThat(publish.err()).contains("503: full; again in 1 s (2 of 5)");
  }

  @Test
  void whatIsNoAnswerOfABridgeIsNoSuccess() {
    for (String status : List.of("200 OK", "204 No Content", "201 Created")) {
      RunningCommand publish = RunningCommand.publish(origin.url("/t"), "x");
      origin.next().answer(status, "Content-Type: text/html", "Connection: close");
      assertThat(publish.exit()).as(status).isEqualTo(1);
      assertThat(publish.err()).as(status).contains("refused: " + status.substring(0, 3));
    }
  }

  @Test
  void whatTheServerSaysThatItDidNotHaveWasNotTaken() {
    RunningCommand publish = in("1\n2\n3\n").publish("--ndjson", origin.url("/t"));
    problem(origin.next(), "202 Accepted", "{'published':0}");
    assertThat(publish.exit()).isEqualTo(1);
    assertThat(publish.err()).contains("not taken: the server had 0 of").doesNotContain("3 events");
  }

  @Test
  void triesAndTimeHaveTheirBounds() {
    RunningCommand publish = RunningCommand.publish("--retries=1", origin.url("/t"), "x");
    problem(origin.next(), "503 Busy", "{'detail':'full'}");
    problem(origin.next(), "503 Busy", "{'detail':'full'}");
    assertThat(publish.exit()).isEqualTo(1);
    assertThat(publish.err()).endsWith("publish: 503: full; tried 2 times\n");
    RunningCommand hasty = RunningCommand.publish("--max-wait=1s", origin.url("/t"), "x");
    problem(origin.next(), "503 Busy", "{'detail':'full'}", "Retry-After: 3600");
    assertThat(hasty.exit()).isEqualTo(1);
    assertThat(hasty.err())
        .contains("the next try would be in 60 min, which is longer than --max-wait allows");
    RunningCommand never = RunningCommand.publish("--retries=0", origin.url("/t"), "x");
    problem(origin.next(), "429 Slowly", "{'detail':'full'}");
    assertThat(never.exit()).isEqualTo(1);
    assertThat(never.err()).isEqualTo("publish: 429: full\n");
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void whatMayHaveBeenTakenIsNotSentAgain() {
    RunningCommand publish = RunningCommand.publish(origin.url("/t"), "x");
    origin.next().reset();
    assertThat(publish.exit()).isEqualTo(1);
    assertThat(publish.err())
        .contains("the connection broke before the answer")
        .contains("the event may have been published, and was not sent again");
    RunningCommand late = RunningCommand.publish("--timeout=300ms", origin.url("/t"), "x");
    origin.next();
    assertThat(late.exit()).isEqualTo(1);
    assertThat(late.err()).contains("no answer within 300 ms; the event may have been published");
    RunningCommand lines = in("1\n2\n").publish("--ndjson", origin.url("/t"));
    origin.next().reset();
    assertThat(lines.exit()).isEqualTo(1);
    assertThat(lines.err()).contains("what was on its way may have been published");
    assertThat(origin.poll(50)).isNull();
  }

  @Test
  void ofManyLinesOnlyThoseAreSentAgainThatWereNotTaken() {
    RunningCommand publish = in("1\n\n2\n3\n").publish("--ndjson", origin.url("/t"));
    Peer first = origin.next();
    // What came first may have been sent alone.
    String sent = first.body();
    if (sent.equals("1\n")) {
      problem(first, "202 Accepted", "{'published':1}");
      first = origin.next();
    }
    String rest = first.body();
    problem(first, "503 Busy", "{'detail':'full','published':1}", "Retry-After: 1");
    Peer second = origin.next();
    assertThat(second.body()).isEqualTo(rest.substring(2));
    problem(second, "202 Accepted", "{'published':2}");
    if (!rest.endsWith("3\n")) {
      problem(origin.next(), "202 Accepted", "{'published':1}");
    }
    assertThat(publish.exit()).isZero();
    assertThat(publish.err()).contains("503: full; again in 1 s (1 of 5)").contains("3 events, ");
  }

  @Test
  void nobodyThereIsAFailureAtOnce() throws IOException {
    origin.goAway();
    RunningCommand publish = RunningCommand.publish(origin.url("/t"), "x");
    assertThat(publish.exit()).isEqualTo(1);
    assertThat(publish.err()).startsWith("publish: no connection: Connection refused");
  }

  @Test
  void aServerThatGoesAwayBetweenTwoLinesIsWaitedFor() throws IOException {
    java.io.PipedOutputStream pipe = new java.io.PipedOutputStream();
    RunningCommand publish =
        new RunningCommand.Setting()
            .in(new java.io.PipedInputStream(pipe))
            .publish("--follow", origin.url("/t"));
    pipe.write("1\n".getBytes(UTF_8));
    pipe.flush();
    Peer peer = origin.next();
    peer.answer("202 Accepted", "Connection: close");
    peer.close();
    origin.goAway();
    pipe.write("2\n".getBytes(UTF_8));
    pipe.flush();
    publish.awaitErr("no connection: Connection refused");
    origin.comeBack();
    Peer again = origin.next();
    assertThat(again.body()).isEqualTo("2");
    again.answer("202 Accepted");
    pipe.close();
    assertThat(publish.exit()).isZero();
  }

  @Test
  void aRedirectIsToldAndNotFollowed() {
    RunningCommand publish = RunningCommand.publish(origin.url("/t"), "x");
    origin.next().answer("308 Moved", "Location: https://other.example/t?key=secret");
    assertThat(publish.exit()).isEqualTo(1);
    assertThat(publish.err())
        .isEqualTo(
            "publish: refused: 308, it is at https://other.example/t?***; nothing was posted"
                + " there\n");
  }

  @Test
  void anAnswerWithoutAnEndIsCutAndItsWordsMoveNoCursor() {
    RunningCommand publish = RunningCommand.publish(origin.url("/t"), "x");
    Peer peer = origin.next();
    peer.head("400 Bad", "Content-Type: text/plain", "Content-Length: 1000000");
    peer.send("\u001b[2J" + "y".repeat(100_000));
    assertThat(publish.exit()).isEqualTo(1);
    assertThat(publish.err())
        .startsWith("publish: refused: 400: \\u001b[2Jyyy")
        .hasSizeLessThan(500)
        .doesNotContain("\u001b");
  }

  @Test
  void headersAreSentAsUtf8() {
    RunningCommand publish =
        RunningCommand.publish(
            "-H", "X-Who: gr\u00fc\u00df", "--type=\u26c5", origin.url("/t"), "x");
    Peer peer = origin.next();
    assertThat(peer.header("x-who")).isEqualTo("gr\u00fc\u00df");
    assertThat(peer.path()).isEqualTo("/t?event=%E2%9B%85");
    assertThat(peer.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    peer.answer("202 Accepted");
    assertThat(publish.exit()).isZero();
  }

  @Test
  void anInputThatFailsIsToldAndIsNoSuccess() {
    RunningCommand publish =
        in("x".repeat(PublishLines.LONGEST + 1)).publish("--ndjson", origin.url("/t"));
    assertThat(publish.exit()).isEqualTo(1);
    assertThat(publish.err())
        .contains("the input could not be read: line 1: expected at most 16 MiB, got more");
  }
}
