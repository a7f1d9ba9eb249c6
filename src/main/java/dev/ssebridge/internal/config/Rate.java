package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How often something may happen: {@code "100/s"}, {@code "20/m"}, {@code "1000/h"}. As many may
 * happen at once, after nothing has happened for that second, minute or hour; or others, where a
 * burst is given.
 *
 * @param text as it is written
 * @param interval nanoseconds from one to the next, in the long run
 * @param burst nanoseconds in which as many would happen as may happen at once, at least one
 */
public record Rate(String text, long interval, long burst) {
  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,5}|1000000)/([smh])");
  private static final String OFF = "none";
  private static final Map<String, Duration> UNITS =
      Map.of("s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1));

  /** A text that is one, or {@code none}. */
  public static ValueType<String> type() {
    ValueType<String> checked = ValueType.checked(Rate::of);
    return new ValueType<>() {
      @Override
      public String read(@Nullable Object json) {
        return checked.read(json);
      }

      @Override
      public JsonObject schema() {
        return new JsonObject()
            .put("type", "string")
            .put("pattern", "^(?:" + TEXT.pattern() + "|" + OFF + ")$");
      }
    };
  }

  /**
   * What a text says.
   *
   * @return null for no limit
   * @throws UnfitValueException if it says nothing
   */
  static @Nullable Rate of(@Nullable String text) {
    return of(text, null);
  }

  /**
   * The same with a burst.
   *
   * @param burst how much of the rate may come at once; null for all of what it says
   */
  static @Nullable Rate of(@Nullable String text, @Nullable Duration burst) {
    if (text == null || text.equals(OFF)) {
      return null;
    }
    Matcher matcher = TEXT.matcher(text);
    Duration unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
    if (unit == null) {
      throw UnfitValueException.expected(
          "a rate of 1 to 1000000 in a second, minute or hour, such as \"100/s\", \"20/m\" or"
              + " \"1000/h\", or \"none\"",
          text);
    }
    long interval = unit.toNanos() / Integer.parseInt(matcher.group(1));
    return new Rate(text, interval, Math.max(interval, (burst == null ? unit : burst).toNanos()));
  }
}
