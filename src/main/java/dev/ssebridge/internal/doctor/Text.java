package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.TimeText;
import java.net.URI;

/** How things are written in a report. */
final class Text {
  private static final int SHOWN = 120;
  private static final long MILLI = 1_000_000;

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
    return TimeText.ofMillis(nanos / MILLI);
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
