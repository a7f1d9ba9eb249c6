package dev.ssebridge.internal.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HeldPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report of origins that are no bridges, and of those that mean no good. */
@Tag("slow")
class DoctorOriginsTest {
  private static final String EVENTS =
      "retry: 2000\n\nid: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n";

  /** Answers every request that comes by this, until the end of the test. */
  private static Examined examined(Consumer<Peer> answers, String... more) throws Exception {
    try (UnrulyOrigin origin = UnrulyOrigin.start()) {
      CountDownLatch over = new CountDownLatch(1);
      Thread thread =
          new Thread(
              () -> {
                while (over.getCount() > 0) {
                  Peer peer = origin.poll(20);
                  if (peer != null) {
                    Thread each = new Thread(() -> answer(peer, answers), "answer");
                    each.setDaemon(true);
                    each.start();
                  }
                }
              },
              "answers");
      thread.start();
      try {
        String[] all = new String[more.length + 1];
        all[0] = origin.url("/stream");
        System.arraycopy(more, 0, all, 1, more.length);
        return Examined.of(all);
      } finally {
        over.countDown();
        thread.join();
      }
    }
  }

  private static void answer(Peer peer, Consumer<Peer> answers) {
    try {
      if (peer.method().equals("HEAD")) {
        peer.answer("405 Method Not Allowed", "Server: nginx");
      } else {
        answers.accept(peer);
      }
    } catch (AssertionError gone) {
      // The command has hung up, as it may.
    }
  }

  private static Peer open(Peer peer, String... headers) {
    return peer.chunked(headers);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(Deadline.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void pause() {
    await(new CountDownLatch(1), 100);
  }

  private static void await(CountDownLatch latch, long millis) {
    try {
      latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] gzip(String text, boolean flush) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      GZIPOutputStream out = new GZIPOutputStream(bytes, 512, flush);
      out.write(text.getBytes(UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static Consumer<Peer> coded(boolean flush) {
    return peer -> {
      String accepted = String.valueOf(peer.header("accept-encoding"));
      if (accepted.contains("gzip")) {
        open(peer, "Content-Encoding: gzip", "Vary: Accept-Encoding").chunk(gzip(EVENTS, flush));
      } else {
        open(peer).chunk(EVENTS);
      }
    };
  }

  @Test
  void anOriginThatCompressesWithoutFlushingHoldsEventsBack() throws Exception {
    Examined examined = examined(coded(false), "--for", "700ms");
    assertThat(examined.about("compression"))
        .startsWith("wrong compression gzip: nothing could be read in ")
        .contains("it holds events back -> do not compress event streams, or flush after each");
    assertThat(examined.exit()).isEqualTo(Terminal.FAILED);
  }

  @Test
  void anOriginThatCompressesAndFlushesIsRight() throws Exception {
    Examined examined = examined(coded(true), "--for", "700ms");
    assertThat(examined.about("compression"))
        .isEqualTo("OK compression gzip, and what is sent comes through");
    assertThat(examined.about("stream")).contains(": 3 events, 0 comments, ");
    assertThat(examined.exit()).isEqualTo(Terminal.FAILED); // it knows no Last-Event-ID
  }

  @Test
  void aCodingThatIsNotKnownIsLookedAtWithout() throws Exception {
    Examined examined =
        examined(
            peer -> {
              boolean browser = String.valueOf(peer.header("accept-encoding")).contains("br");
              (browser ? open(peer, "Content-Encoding: br") : open(peer)).chunk(EVENTS);
            },
            "--for",
            "500ms");
    assertThat(examined.about("compression"))
        .startsWith("note compression br, which cannot be read");
    assertThat(examined.about("stream")).contains(": 3 events, 0 comments, ");
  }

  @Test
  void brokenCompressionIsTold() throws Exception {
    Examined examined =
        examined(peer -> open(peer, "Content-Encoding: gzip").chunk(EVENTS), "--for", "500ms");
    assertThat(examined.about("stream"))
        .startsWith("wrong stream its bytes are not what content-encoding says: not gzip");
  }

  @Test
  void theWholeReportOfAPlainOrigin() throws Exception {
    Examined examined = examined(peer -> open(peer).chunk(EVENTS), "--for", "500ms");
    assertThat(examined.lines())
        .as(examined.err())
        .containsExactly(
            "OK connect 127.0.0.1 port P in T",
            "note http HTTP/1.1: a browser opens six connections to a host, and each stream takes"
                + " one",
            "OK status 200",
            "OK content type text/event-stream",
            "note caching no cache-control",
            "note buffering no x-accel-buffering: an nginx in front of it would hold events back",
            "OK head after T",
            "OK compression none, though gzip, deflate and br were offered",
            "OK first byte T after the head",
            "OK stream open for T: 3 events, 0 comments, 58 bytes",
            "note heartbeats none in T, too short a time to tell",
            "OK retry T",
            "note delay not measured",
            "wrong resume begins with an event that came before the id: Last-Event-ID is ignored",
            "note HEAD 405",
            "1 wrong, 6 notes, 8 OK");
    assertThat(examined.exit()).isEqualTo(Terminal.FAILED);
  }

  private static Consumer<Peer> resuming(String again) {
    return peer -> open(peer).chunk(peer.header("last-event-id") == null ? EVENTS : again);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id: 3|OK resume goes on with the event after the id, nothing missing",
        "id: 2|note resume goes on with the event of the id itself, which readers get twice",
        "id: 1|wrong resume begins with an event that came before the id: Last-Event-ID is ignored",
        "id: 9|wrong resume goes on with another event than came next before",
        "sse-gap: 5|wrong resume the server tells of a gap (gap event)",
      })
  void whatComesAfterAnIdIsComparedWithWhatCameBefore(String line, String expected)
      throws Exception {
    Examined examined = examined(resuming(line + "\ndata: x\n\n"), "--for", "300ms");
    assertThat(examined.about("resume")).startsWith(expected);
  }

  @Test
  void idsThatLeadNowhereAreTold() throws Exception {
    assertThat(examined(resuming(":\n\n"), "--for", "300ms", "--timeout", "500ms").about("resume"))
        .startsWith("wrong resume nothing came after the id, though events had come after it");
    Examined refused =
        examined(
            peer -> {
              if (peer.header("last-event-id") == null) {
                open(peer).chunk(EVENTS);
              } else {
                peer.answer("400 Bad Request");
              }
            },
            "--for",
            "300ms");
    assertThat(refused.about("resume")).startsWith("wrong resume with Last-Event-ID: status 400");
    assertThat(examined(peer -> open(peer).chunk("data: a\n\n"), "--for", "300ms").about("resume"))
        .startsWith("note resume events have no id: what is sent while a reader is away is lost");
    assertThat(examined(peer -> open(peer).chunk(":\n\n"), "--for", "300ms").about("resume"))
        .startsWith("note resume not found out: no id came");
  }

  @Test
  void headersThatBreakStreamsAreTold() throws Exception {
    Examined html =
        examined(
            peer -> peer.head("200 OK", "Content-Type: text/html", "Content-Length: 0"),
            "--for",
            "300ms");
    assertThat(html.about("content type"))
        .startsWith("wrong content type text/html: an EventSource refuses it -> a page came");
    assertThat(html.out()).doesNotContain("first byte");
    assertThat(html.exit()).isEqualTo(Terminal.FAILED);

    Examined length =
        examined(
            peer ->
                peer.head(
                        "200 OK",
                        "Content-Type: text/event-stream;charset=ISO-8859-1",
                        "Cache-Control: public, max-age=60",
                        "X-Accel-Buffering: yes",
                        "Server: nginx/1.2\u009b",
                        "Via: 1.1 varnish",
                        "Access-Control-Allow-Origin: https://app.example",
                        "Access-Control-Allow-Origin: *",
                        "Content-Length: 9")
                    .send("data: a\n\n"),
            "--for",
            "300ms",
            "--origin",
            "https://app.example");
    assertThat(length.lines())
        .contains(
            "note content type text/event-stream;charset=ISO-8859-1: readers take it for UTF-8,"
                + " whatever it says",
            "wrong caching cache-control: public, max-age=60: a cache may keep it",
            "wrong buffering x-accel-buffering: yes: nginx holds events back",
            "wrong length content-length: 9: the stream ends after this number of bytes",
            "wrong cors access-control-allow-origin comes more than once: browsers refuse that");
    assertThat(length.about("between")).contains("via: 1.1 varnish; nginx is between");
    assertThat(length.out()).doesNotContain("\u009b");
    assertThat(length.about("stream")).startsWith("wrong stream ended in good order after ");
  }

  @Test
  void anOriginThatEndsIsTold() throws Exception {
    Examined each = examined(peer -> open(peer).chunk("id: 1\ndata: a\n\n").end(), "--for", "2s");
    assertThat(each.about("stream"))
        .startsWith("wrong stream ended in good order after ")
        .contains(": 1 event, 0 comments, ");
    Examined cut =
        examined(
            peer -> {
              open(peer).chunk(": so long\n\n");
              pause();
              peer.close();
            },
            "--for",
            "2s");
    assertThat(cut.about("stream"))
        .startsWith("wrong stream was cut (the connection was closed) after ")
        .contains("; it said \"so long\"");
    Examined bare =
        examined(
            peer -> {
              peer.send("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + EVENTS);
              pause();
              peer.close();
            },
            "--for",
            "2s");
    assertThat(bare.about("length")).startsWith("note length not chunked: the stream ends with");
    assertThat(bare.about("stream")).startsWith("wrong stream ended in good order");
  }

  @ParameterizedTest
  @CsvSource({"401, --bearer", "403, credentials", "500, log", "502, proxy", "302, Location"})
  void whateverIsNoStreamEndsTheReport(int status, String advice) throws Exception {
    Examined examined = examined(peer -> peer.answer(status + " Whatever"), "--for", "10s");
    assertThat(examined.out()).contains("wrong").contains(String.valueOf(status)).contains(advice);
    assertThat(examined.out()).doesNotContain("first byte");
    assertThat(examined.exit()).isEqualTo(Terminal.FAILED);
  }

  @Test
  void eachRedirectIsTold() throws Exception {
    Examined moved =
        examined(
            peer -> {
              if (peer.path().equals("/stream")) {
                peer.answer("302 Found", "Location: /other?token=hush");
              } else {
                open(peer).chunk(EVENTS);
              }
            },
            "--for",
            "300ms");
    assertThat(moved.about("redirect"))
        .startsWith("note redirect 302 to http://127.0.0.1:")
        .contains("/other?***")
        .contains("give readers the last URL");
    assertThat(moved.about("status")).isEqualTo("OK status 200");
    assertThat(moved.out()).doesNotContain("hush");

    Examined loop = examined(peer -> peer.answer("307 Again", "Location: /stream"));
    assertThat(loop.about("redirect")).startsWith("note redirect 307");
    assertThat(loop.out()).contains("wrong  redirect      a loop, back to http://127.0.0.1:");
    assertThat(loop.exit()).isEqualTo(Terminal.FAILED);

    Examined endless = examined(peer -> peer.answer("301 On", "Location: " + peer.path() + "x"));
    assertThat(endless.out()).contains(": more than 20");
    Examined scheme = examined(peer -> peer.answer("302 Away", "Location: ftp://x/y?a=hush"));
    assertThat(scheme.about("redirect"))
        .startsWith("wrong redirect 302 to ftp://x/y?***, which is no http or https URL");
    Examined secure = examined(peer -> peer.answer("301 Up", "Location: https://127.0.0.1:1/"));
    assertThat(secure.out())
        .contains("301 to https://127.0.0.1:1/, another origin: headers are not sent there")
        .contains("wrong  connect       127.0.0.1 port 1: refused");
  }

  @Test
  void headersStayWithTheOriginOfTheUrl() throws Exception {
    try (UnrulyOrigin other = UnrulyOrigin.start()) {
      Thread reader =
          new Thread(
              () -> {
                Peer peer = other.next();
                peer.answer(peer.header("x-key") == null ? "404 Clean" : "500 Leaked");
              });
      reader.start();
      Examined examined =
          examined(
              peer ->
                  peer.answer(
                      peer.header("x-key") == null ? "500 Missing" : "302 Over",
                      "Location: " + other.url("/")),
              "--header",
              "X-Key: hush");
      assertThat(examined.about("status")).startsWith("wrong status 404");
      reader.join();
    }
  }

  @Test
  void whatAHeaderHoldsMayBeInAFile(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("key"), "hush\n");
    Examined examined =
        examined(
            peer -> peer.answer("hush".equals(peer.header("x-key")) ? "404 Known" : "500 Unknown"),
            "--header",
            "X-Key: file:" + file);

    assertThat(examined.about("status")).startsWith("wrong status 404");
  }

  @Test
  void aUserAndAPasswordMayBeInAFileToo(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("pair"), "ann:hush\n");
    Examined examined =
        examined(
            peer ->
                peer.answer(
                    "Basic YW5uOmh1c2g=".equals(peer.header("authorization"))
                        ? "404 Known"
                        : "500 Unknown"),
            "--basic",
            "file:" + file);

    assertThat(examined.about("status")).startsWith("wrong status 404");
    assertThat(examined.out() + examined.err()).doesNotContain("hush").doesNotContain("YW5u");
  }

  @Test
  void whoeverNeverAnswersIsGivenUp() throws Exception {
    Examined silent = examined(peer -> {}, "--timeout", "300ms");
    assertThat(silent.about("head"))
        .startsWith(
            "wrong head none: no answer within 300 ms, though HEAD is answered (405): something");
    Examined drip =
        examined(
            peer -> {
              for (byte b :
                  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n".getBytes(UTF_8)) {
                peer.send(new byte[] {b});
                pause();
              }
            },
            "--timeout",
            "400ms");
    assertThat(drip.about("head")).startsWith("wrong head none: no answer within 400 ms");
    Examined garbage = examined(peer -> peer.send("garbage\r\n\r\n"), "--timeout", "2s");
    assertThat(garbage.about("head")).startsWith("wrong head none: ");
    try (HeldPort closed = new HeldPort()) {
      Examined refused = Examined.of(closed.url("/"));
      assertThat(refused.about("connect")).contains("wrong connect").contains(": refused -> ");
      assertThat(refused.exit()).isEqualTo(Terminal.FAILED);
    }
    Examined unknown = Examined.of("http://no-such-host.invalid/", "--timeout", "5s");
    assertThat(unknown.about("name")).startsWith("wrong name no-such-host.invalid: ");
    assertThat(unknown.exit()).isEqualTo(Terminal.FAILED);
  }

  @Test
  void aHeadThatWaitsForTheFirstEventIsTold() throws Exception {
    CountDownLatch published = new CountDownLatch(1);
    Consumer<Peer> late =
        peer -> {
          if (peer.method().equals("POST")) {
            peer.answer("202 Accepted");
            published.countDown();
          } else {
            await(published);
            open(peer).chunk(EVENTS);
          }
        };
    try (UnrulyOrigin sink = UnrulyOrigin.start()) {
      Thread takes =
          new Thread(
              () -> {
                for (int i = 0; i < 4; i++) {
                  late.accept(sink.next());
                }
              });
      takes.start();
      Examined examined =
          examined(late, "--for", "1s", "--timeout", "500ms", "--publish", sink.url("/in"));
      assertThat(examined.about("head"))
          .startsWith("wrong head it came only once an event was published: until then");
      assertThat(examined.about("status")).isEqualTo("OK status 200");
      takes.join();
    }
  }

  @Test
  void aStreamThatDripsIsReadAsFarAsItComes() throws Exception {
    Examined examined =
        examined(
            peer -> {
              open(peer);
              for (char c : "data: slow\n\n:\n:\n:\n:\n:\n:\n:\n:\n".repeat(20).toCharArray()) {
                peer.chunk(String.valueOf(c));
                pause();
              }
            },
            "--for",
            "1s");
    // The timer and the clock round for themselves, so 999 ms are a second, too.
    assertThat(examined.about("stream")).matches("OK stream open for (99\\d ms|1).*");
    assertThat(examined.about("heartbeats")).startsWith("OK heartbeats not a byte for ");
  }

  @Test
  void aFloodIsReadNoFurtherThanItsLimit() throws Exception {
    byte[] flood = "data: 0123456789\n\n".repeat(4000).getBytes(UTF_8);
    byte[] endless = "x".repeat(70_000).getBytes(UTF_8);
    for (byte[] piece : new byte[][] {flood, endless}) {
      Examined examined =
          examined(
              peer -> {
                open(peer);
                while (true) {
                  peer.chunk(piece);
                }
              },
              "--for",
              "60s");
      assertThat(examined.about("stream"))
          .startsWith("note stream ")
          .contains(" 64 MiB in ")
          .contains("then no more was read");
    }
  }

  @Test
  void probesThatDoNotComeBackAreTold() throws Exception {
    Consumer<Peer> holds =
        peer -> {
          if (peer.method().equals("POST")) {
            peer.answer("202 Accepted");
          } else {
            open(peer).chunk(EVENTS);
          }
        };
    try (UnrulyOrigin sink = UnrulyOrigin.start()) {
      Thread takes =
          new Thread(
              () -> {
                for (int i = 0; i < 3; i++) {
                  holds.accept(sink.next());
                }
              });
      takes.start();
      Examined examined = examined(holds, "--for", "1s", "--publish", sink.url("/in"));
      assertThat(examined.about("delay"))
          .startsWith("wrong delay none of 3 probes came back, though other bytes did")
          .contains("nginx: proxy_buffering off");
      takes.join();
    }
    Examined refused = examined(holds, "--for", "500ms", "--publish", "http://127.0.0.1:1/in");
    assertThat(refused.about("publish")).startsWith("wrong publish http://127.0.0.1:1/in: refused");
  }
}
