package dev.ssebridge.internal.text;

import java.util.Locale;

/** Times as people say them. */
public final class TimeText {
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;

  private TimeText() {}

  /** Milliseconds: {@code 340 ms}, {@code 3.4 s}, {@code 20 s}, {@code 11 min 40 s}. */
  public static String ofMillis(long millis) {
    if (millis < SECOND) {
      return millis + " ms";
    }
    return millis < 2 * MINUTE
        ? String.format(Locale.ROOT, "%.1f s", (double) millis / SECOND).replace(".0 s", " s")
        : millis / MINUTE
            + " min"
            + (millis % MINUTE < SECOND ? "" : " " + millis / SECOND % 60 + " s");
  }
}
