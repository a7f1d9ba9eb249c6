package dev.ssebridge.internal.client;

import dev.ssebridge.internal.eventstream.FieldLine;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The {@code Retry-After} header (RFC 9110, section 10.2.3): seconds, or a date. */
public final class RetryAfter {
  /** The three forms of RFC 9110, section 5.6.7: IMF-fixdate, RFC 850, asctime. */
  private static final List<DateTimeFormatter> DATES =
      List.of(
          DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH),
          new DateTimeFormatterBuilder()
              .appendPattern("EEEE, dd-MMM-")
              .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
              .appendPattern(" HH:mm:ss 'GMT'")
              .toFormatter(Locale.ENGLISH),
          DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH));

  private RetryAfter() {}

  /** The longest of several: a field that is no list came twice, and either may be meant. */
  static long millis(List<String> values, Instant now) {
    return values.stream().mapToLong(value -> millis(value, now)).max().orElse(0);
  }

  /** Milliseconds to wait from {@code now}; 0 where the value says nothing usable or is past. */
  public static long millis(@Nullable String value, Instant now) {
    if (value == null) {
      return 0;
    }
    String text = value.strip();
    long seconds = FieldLine.digits(text);
    if (seconds != FieldLine.NO_DIGITS) {
      return Math.min(seconds, Backoff.LONGEST / 1000) * 1000;
    }
    for (DateTimeFormatter form : DATES) {
      try {
        Instant date = LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC);
        long wait = Duration.between(now, date).toMillis();
        return Math.max(0, Math.min(wait, Backoff.LONGEST));
      } catch (DateTimeException | ArithmeticException notThisForm) {
        // Maybe the next form.
      }
    }
    return 0;
  }
}
