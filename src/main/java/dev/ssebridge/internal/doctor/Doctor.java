package dev.ssebridge.internal.doctor;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.doctor.Patience.UnansweredException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Examines a stream, on the thread that asks for it, which waits meanwhile: it must not be an event
 * loop. Every wait, body and number of requests is bounded.
 */
public final class Doctor {
  private static final Duration MOST_FOR_RESUME = Duration.ofSeconds(3);
  private static final Duration MOST_FOR_HEAD = Duration.ofSeconds(5);
  private static final long OPENING = TimeUnit.SECONDS.toNanos(1);
  private static final long BETWEEN_PROBES = TimeUnit.MILLISECONDS.toNanos(200);

  private final Visit visit;
  private final Report report;
  private final Consumer<String> progress;
  private final LongSupplier nanos = System::nanoTime;
  private final String token;
  private final Caller caller;
  private final Walk walk;

  private Doctor(
      Vertx vertx,
      Visit visit,
      CertificateCheck certificates,
      Report report,
      Consumer<String> progress) {
    this.visit = visit;
    this.report = report;
    this.progress = progress;
    this.token = "probe-" + HexFormat.of().formatHex(random()) + "-";
    this.caller = new Caller(vertx, visit, token, nanos);
    this.walk =
        new Walk(
            visit,
            caller,
            new Reach(vertx, visit, nanos, report),
            new Handshake(vertx, visit, certificates, report),
            () -> probes("first-" + token),
            report);
  }

  private @Nullable ProbeCheck probes(String known) {
    URI publish = visit.publish();
    return publish == null ? null : new ProbeCheck(caller, visit, publish, known, nanos, report);
  }

  private static byte[] random() {
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    return random;
  }

  /**
   * Examines a stream.
   *
   * @param vertx what it runs on; the caller closes it afterwards, and with it all connections
   * @param report takes what is found
   * @param progress is told what is waited for
   * @param clock by which certificates are judged
   * @throws IOException if the file of trusted certificates cannot be read
   * @throws GeneralSecurityException if it holds none
   * @throws InterruptedException if the thread was interrupted
   */
  public static void examine(
      Vertx vertx, Visit visit, Report report, Consumer<String> progress, Clock clock)
      throws IOException, GeneralSecurityException, InterruptedException {
    CertificateCheck certificates = CertificateCheck.of(visit.ca(), visit.insecure(), clock);
    new Doctor(vertx, visit, certificates, report, progress).examine();
  }

  private void examine() throws InterruptedException {
    Walk.End end = walk.end();
    if (end == null) {
      return;
    }
    try (Answer answer = end.answer()) {
      version(end);
      if (StatusCheck.isGood(answer, report)) {
        boolean stream = new HeadCheck(answer, report).isStream();
        if (stream && visit.origin() != null) {
          CorsCheck.report(answer, visit.origin(), report);
        }
        if (stream) {
          listen(end);
        }
      }
    }
  }

  private void version(Walk.End end) {
    Answer answer = end.answer();
    String version = answer.versionName();
    if (answer.version() == HttpVersion.HTTP_2) {
      report.ok("http", version);
    } else if (visit.http1() && Places.isSecure(end.url())) {
      report.ok("http", version + ", as nothing else was offered (--http1)");
    } else {
      report.note(
          "http",
          version + ": a browser opens six connections to a host, and each stream takes one",
          Places.isSecure(end.url())
              ? "offer HTTP/2 (nginx: listen .. ssl http2), or let tabs share one stream"
              : "browsers speak HTTP/2 over TLS only: use https, or let tabs share one stream");
    }
  }

  /** The streams that are listened to. */
  private record Listening(Answer browser, @Nullable Answer plain, Recording main, Coding coding) {}

  private void listen(Walk.End end) throws InterruptedException {
    Answer browser = end.answer();
    Coding coding = Coding.of(browser.header("content-encoding"));
    try (Answer plain = coding == Coding.NONE ? null : plain(end)) {
      Listening listening =
          coding == Coding.OTHER && plain != null
              ? new Listening(
                  browser, plain, plain.body(), Coding.of(plain.header("content-encoding")))
              : new Listening(browser, plain, browser.body(), coding);
      progress.accept(
          "listening to "
              + Text.ofUrl(end.url())
              + " for "
              + Text.ofTime(visit.listen().toNanos()));
      ProbeCheck probes = listen(listening);
      report(end, listening, probes);
    }
  }

  private @Nullable Answer plain(Walk.End end) throws InterruptedException {
    Map<String, String> headers = caller.asCurl(end.url());
    headers.put("Accept-Encoding", "identity");
    try {
      Answer answer =
          caller.ask(HttpMethod.GET, end.url(), end.at(), headers, null, visit.timeout());
      if (answer.status() == 200) {
        return answer;
      }
      answer.close();
      return null;
    } catch (UnansweredException e) {
      return null; // then there is nothing to compare with, which is told
    }
  }

  private @Nullable ProbeCheck listen(Listening listening) throws InterruptedException {
    Recording main = listening.main();
    long until = nanos.getAsLong() + visit.listen().toNanos();
    ProbeCheck probes = probes(token);
    if (probes != null) {
      // A stream that begins with a block is subscribed by then.
      long opening = Math.min(until, nanos.getAsLong() + OPENING);
      boolean taken = main.await(heard -> heard.bytes() > 0, opening).end() == Heard.End.OPEN;
      for (int i = 0; i < ProbeCheck.COUNT && taken; i++) {
        taken = probes.publish();
        main.await(probes::isComplete, Math.min(until, nanos.getAsLong() + BETWEEN_PROBES));
      }
    }
    main.await(heard -> false, until);
    return probes;
  }

  private void report(Walk.End end, Listening listening, @Nullable ProbeCheck probes)
      throws InterruptedException {
    Answer browser = listening.browser();
    Answer plain = listening.plain();
    var between = Between.in(browser);
    Heard heard = listening.main().heard();
    Heard bare = plain == null ? null : plain.body().heard();
    boolean readable = listening.coding() != Coding.OTHER;
    CompressionCheck.report(
        String.valueOf(browser.header("content-encoding")),
        Coding.of(browser.header("content-encoding")),
        browser.body().heard(),
        bare,
        between,
        report);
    new StreamCheck(heard, HeadCheck.isBridge(browser), readable, between, report).report();
    if (probes != null) {
      probes.report(
          listening.main(),
          heard,
          listening.coding(),
          plain == null || plain.body() == listening.main() ? null : plain.body(),
          between);
    } else {
      report.note(
          "delay",
          "not measured",
          "--publish URL publishes " + ProbeCheck.COUNT + " small events and measures it");
    }
    browser.close();
    if (plain != null) {
      plain.close();
    }
    resume(end, heard, readable);
    head(end);
  }

  private void resume(Walk.End end, Heard first, boolean readable) throws InterruptedException {
    String from = ResumeCheck.from(first);
    if (from == null) {
      ResumeCheck.reportWithout(first, readable, report);
      return;
    }
    progress.accept("connecting again, with Last-Event-ID");
    Map<String, String> headers = caller.asCurl(end.url());
    headers.put("Accept-Encoding", "identity");
    headers.put("Last-Event-ID", from);
    try (Answer again =
        caller.ask(HttpMethod.GET, end.url(), end.at(), headers, null, visit.timeout())) {
      if (again.status() != 200) {
        ResumeCheck.reportRefused("status " + again.status(), report);
        return;
      }
      Heard second = again.body().heard();
      if (ResumeCheck.next(first) != null) {
        long limit = shorter(MOST_FOR_RESUME).toNanos();
        second = again.body().await(heard -> heard.events() > 0, nanos.getAsLong() + limit);
      }
      ResumeCheck.report(first, again, second, report);
    } catch (UnansweredException e) {
      ResumeCheck.reportRefused(e.words(), report);
    } catch (IllegalArgumentException e) {
      report.note(
          "resume",
          "not found out: the id cannot be sent as a header",
          "use short ids of letters, digits and hyphens");
    }
  }

  private void head(Walk.End end) throws InterruptedException {
    Map<String, String> headers = caller.asCurl(end.url());
    String advice =
        "only needed by who wants the position of a channel without opening a stream (a bridge"
            + " answers it with sse-position)";
    Duration limit = shorter(MOST_FOR_HEAD);
    try (Answer answer = caller.ask(HttpMethod.HEAD, end.url(), end.at(), headers, null, limit)) {
      String position = answer.header(SseHeaders.POSITION);
      if (answer.status() == 200) {
        report.ok("HEAD", position == null ? "200" : "200, with sse-position");
      } else {
        report.note("HEAD", String.valueOf(answer.status()), advice);
      }
    } catch (UnansweredException e) {
      report.note("HEAD", e.words(), advice);
    }
  }

  private Duration shorter(Duration limit) {
    return visit.timeout().compareTo(limit) < 0 ? visit.timeout() : limit;
  }
}
