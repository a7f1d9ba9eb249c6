package dev.ssebridge.internal.doctor;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.doctor.Heard.Seen;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a stream goes on after an id. Pure, except for the report. */
final class ResumeCheck {
  private static final String RESUME = "resume";
  private static final Pattern UNSAFE =
      Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\"():<>?@\\[\\\\\\]{}\\x7f]");
  private static final int LONGEST_SAFE = 128;
  private static final String KEEP =
      "have the server keep a history and go on after Last-Event-ID (routes.*.history); look whether"
          + " something between drops the header";

  private ResumeCheck() {}

  /**
   * From where a second stream is asked to go on, or null if there is no id: the last event but
   * one, so that an origin which begins anew each time is found out.
   */
  static @Nullable String from(Heard heard) {
    List<Seen> events = heard.identified();
    if (events.size() >= 2) {
      return events.get(events.size() - 2).id();
    }
    String opening = heard.openingId();
    if (opening != null && !opening.isEmpty()) {
      return opening;
    }
    return events.isEmpty() ? null : events.get(0).id();
  }

  /** What must come next after that id, or null if nobody knows. */
  static @Nullable String next(Heard heard) {
    List<Seen> events = heard.identified();
    String last = events.isEmpty() ? null : events.get(events.size() - 1).id();
    return Objects.equals(last, from(heard)) ? null : last;
  }

  /** Without an id there is nothing to try. */
  static void reportWithout(Heard heard, boolean readable, Report report) {
    if (!readable) {
      report.note(RESUME, "not found out: the stream cannot be read here", "see compression");
    } else if (heard.events() == 0) {
      report.note(
          RESUME,
          "not found out: no id came",
          "listen for longer (--for), or give --publish URL; an origin does well to send a block"
              + " with an id at the beginning");
    } else {
      report.note(
          RESUME,
          "events have no id: what is sent while a reader is away is lost to it",
          "give events ids, and go on after Last-Event-ID");
    }
  }

  /** The second stream was refused, or did not come. */
  static void reportRefused(String words, Report report) {
    report.wrong(RESUME, "with Last-Event-ID: " + words, KEEP);
  }

  /**
   * Compares the second stream with the first.
   *
   * @param again the head of the second stream
   * @param second what it brought
   */
  static void report(Heard first, Answer again, Heard second, Report report) {
    String from = Objects.requireNonNull(from(first));
    String next = next(first);
    boolean gap = second.first().stream().anyMatch(Seen::gap);
    String word = again.lower(SseHeaders.RESUME);
    String got = second.identified().isEmpty() ? null : second.identified().get(0).id();
    if (gap || word.equals("gap") || word.equals("reset")) {
      report.wrong(
          RESUME,
          "the server tells of a gap (" + (word.isEmpty() ? "gap event" : Text.of(word)) + ")",
          "what is missing is no longer kept: a longer routes.*.history; or two servers that do not"
              + " share one are behind the proxy");
    } else if (next != null && next.equals(got)) {
      safe(from, "goes on with the event after the id, nothing missing", report);
    } else if (next != null && from.equals(got)) {
      report.note(
          RESUME,
          "goes on with the event of the id itself, which readers get twice",
          "begin with the event after Last-Event-ID");
    } else if (next != null && first.identified().stream().anyMatch(seen -> has(seen, got))) {
      report.wrong(
          RESUME, "begins with an event that came before the id: Last-Event-ID is ignored", KEEP);
    } else if (next != null) {
      report.wrong(
          RESUME,
          got == null
              ? "nothing came after the id, though events had come after it before"
              : "goes on with another event than came next before: what lies between is lost",
          KEEP);
    } else if (word.equals("complete")) {
      safe(from, "complete, says the bridge; no event came to prove it", report);
    } else {
      report.note(
          RESUME,
          "not found out: fewer than two events with an id came",
          "listen for longer (--for), or give --publish URL");
    }
  }

  private static boolean has(Seen seen, @Nullable String id) {
    return id != null && id.equals(seen.id());
  }

  /** Fetch standard, section 2.2.2, CORS-unsafe request-header byte. */
  private static void safe(String id, String says, Report report) {
    if (id.length() > LONGEST_SAFE || UNSAFE.matcher(id).find()) {
      report.note(
          RESUME,
          says + "; but the id is long, or has characters that make browsers ask first (CORS)",
          "use short ids of letters, digits and hyphens");
    } else {
      report.ok(RESUME, says);
    }
  }
}
