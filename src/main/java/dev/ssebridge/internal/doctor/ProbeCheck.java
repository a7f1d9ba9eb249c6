package dev.ssebridge.internal.doctor;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.doctor.Heard.Seen;
import dev.ssebridge.internal.doctor.Patience.UnansweredException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Publishes some small events and looks how long they take to come out of a stream. */
final class ProbeCheck {
  /** How many are published. */
  static final int COUNT = 3;

  private static final String DELAY = "delay";
  private static final String PUBLISH = "publish";
  private static final long HELD = TimeUnit.SECONDS.toNanos(1);

  private final Caller caller;
  private final Visit visit;
  private final URI publish;
  private final String token;
  private final LongSupplier nanos;
  private final Report report;

  /** When each was sent, by the clock of the recordings. */
  private final List<Long> sent = new ArrayList<>();

  /** When it was accepted: what takes long before is not the stream's fault. */
  private final List<Long> accepted = new ArrayList<>();

  private boolean failed;

  /**
   * Of one examination.
   *
   * @param token the text by which they are known, their number behind it
   */
  ProbeCheck(
      Caller caller, Visit visit, URI publish, String token, LongSupplier nanos, Report report) {
    this.caller = caller;
    this.visit = visit;
    this.publish = publish;
    this.token = token;
    this.nanos = nanos;
    this.report = report;
  }

  /** Publishes the next one; whether it was taken. If not, it has been reported. */
  boolean publish() throws InterruptedException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put(SseHeaders.EVENT, "doctor");
    if (visit.isOwn(publish)) {
      headers.putAll(visit.headers());
    }
    Buffer body = new JsonObject().put("doctor", token + sent.size()).toBuffer();
    try (Answer answer =
        caller.ask(HttpMethod.POST, publish, null, headers, body, visit.timeout())) {
      boolean taken = answer.status() >= 200 && answer.status() < 300;
      if (taken) {
        accepted.add(nanos.getAsLong());
        sent.add(nanos.getAsLong() - answer.took());
      } else {
        failed = true;
        report.wrong(
            PUBLISH,
            Text.ofUrl(publish) + " answers " + answer.status(),
            StatusCheck.ofPublishing(answer));
      }
      return taken;
    } catch (UnansweredException e) {
      failed = true;
      report.wrong(PUBLISH, Text.ofUrl(publish) + ": " + e.words(), StatusCheck.ofPublishing(null));
      return false;
    }
  }

  /** Whether all that were published have come. */
  boolean isComplete(Heard heard) {
    return heard.first().stream().filter(seen -> seen.probe() >= 0).count() >= sent.size();
  }

  /** How long each took that came, nanoseconds since these times. */
  private static List<Long> delays(Recording recording, Heard heard, List<Long> since) {
    List<Long> delays = new ArrayList<>();
    for (Seen seen : heard.first()) {
      if (seen.probe() >= 0 && seen.probe() < since.size()) {
        delays.add(Math.max(0, recording.start() + seen.at() - since.get(seen.probe())));
      }
    }
    return delays;
  }

  /**
   * Reports on what came.
   *
   * @param uncompressed the same stream as it is without compression, or null if it is the same
   */
  void report(
      Recording recording,
      Heard heard,
      Coding coding,
      @Nullable Recording uncompressed,
      Set<Between> between) {
    if (sent.isEmpty()) {
      report.note(
          DELAY,
          "not measured: " + (failed ? "nothing could be published" : "the stream had ended"),
          "see there");
      return;
    }
    List<Long> delays = delays(recording, heard, sent);
    report.measured().put("probesPublished", sent.size()).put("probesSeen", delays.size());
    long most = delays.isEmpty() ? -1 : Collections.max(delays);
    report.measured("probeMillis", most);
    boolean prompt = isPrompt(recording, heard);
    if (coding == Coding.OTHER) {
      report.note(
          DELAY,
          "not found out: the stream is in a coding that cannot be read here",
          "have it sent without compression where that is not asked for");
    } else if (prompt) {
      report.ok(
          DELAY, Text.count(delays.size(), "probe") + " came back within " + Text.ofTime(most));
    } else {
      boolean bare = uncompressed != null && isPrompt(uncompressed, uncompressed.heard());
      String says =
          delays.isEmpty()
              ? "none of " + Text.count(sent.size(), "probe") + " came back"
              : delays.size() + " of " + sent.size() + " came back, after " + Text.ofTime(most);
      if (heard.end() != Heard.End.OPEN) {
        report.note(DELAY, says + " before the stream ended", "see there");
      } else if (bare) {
        report.wrong(
            DELAY,
            says + ", but at once without compression: the compression holds events back",
            "do not compress event streams, or flush after each event: "
                + Between.uncompressed(between));
      } else if (delays.isEmpty() && heard.bytes() > 0) {
        report.wrong(
            DELAY,
            says + ", though other bytes did: held back, or published to another stream",
            "look whether both URLs are of one route; else " + Between.unbuffered(between));
      } else {
        report.wrong(DELAY, says + ": something holds events back", Between.unbuffered(between));
      }
    }
  }

  private boolean isPrompt(Recording recording, Heard heard) {
    List<Long> delays = delays(recording, heard, accepted);
    return delays.size() >= sent.size() && Collections.max(delays) < HELD;
  }
}
