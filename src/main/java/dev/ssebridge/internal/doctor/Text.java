package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.text.PrintableText;
import java.net.URI;
import java.util.Locale;

/** How things are written in a report. */
final class Text {
  private static final int SHOWN = 120;
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1000 * MILLI;

  private Text() {}

  /** Text from outside: printable, shortened, URLs in it without user information and query. */
  static String of(String foreign) {
    String start = foreign.length() <= SHOWN ? foreign : foreign.substring(0, SHOWN) + "...";
    return PrintableText.ofUrl(start);
  }

  static String ofUrl(URI url) {
    return PrintableText.ofWholeUrl(url.toString());
  }

  /** Nanoseconds as people say them. */
  static String ofTime(long nanos) {
    if (nanos < SECOND) {
      return nanos / MILLI + " ms";
    }
    return nanos < 120 * SECOND
        ? String.format(Locale.ROOT, "%.1f s", (double) nanos / SECOND)
        : nanos / (60 * SECOND) + " min " + nanos / SECOND % 60 + " s";
  }

  static String ofBytes(long bytes) {
    if (bytes < 10_000) {
      return count(bytes, "byte");
    }
    return bytes < 10_000_000 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
  }

  /** "1 event", "2 events". */
  static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
