package dev.ssebridge.internal.tool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When to end by oneself.
 *
 * @param events after how many events; 0 for never
 * @param time after how long, or null for never
 */
record TailUntil(long events, @Nullable Duration time) {

  /** What the values of the option say: a number is one of events, with a unit it is a time. */
  static TailUntil of(List<String> values) throws UsageException {
    long events = 0;
    Duration time = null;
    for (String value : values) {
      if (value.matches("[0-9]{1,18}")) {
        long number = Long.parseLong(value);
        if (number == 0 || events != 0) {
          throw new UsageException("--until: expected one number of events, 1 or more");
        }
        events = number;
      } else if (time != null) {
        throw new UsageException("--until: expected one time, got two");
      } else {
        try {
          time = new DurationConverter().convert(value);
        } catch (picocli.CommandLine.TypeConversionException wrong) {
          throw new UsageException(
              "--until: expected a number of events, or a time such as 30s, 5m or 2h");
        }
      }
    }
    return new TailUntil(events, time);
  }
}
