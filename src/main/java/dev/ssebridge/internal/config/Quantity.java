package dev.ssebridge.internal.config;

import static dev.ssebridge.internal.text.UnfitValueException.expected;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A number with a unit, or in the basic unit as a bare number.
 *
 * @param <T> what it is in Java
 */
final class Quantity<T> implements ValueType<T> {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})([A-Za-z]{1,3})");
  private static final long MAX_DAYS = 3650;
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final Map<String, Long> BYTES =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);
  private static final long MAX_BYTES = 1L << 40;

  private final String what;
  private final Map<String, Long> units;
  private final long min;
  private final long max;
  private final Function<Long, T> fromNumber;
  private final Function<T, Long> toNumber;

  private Quantity(
      String what,
      Map<String, Long> units,
      long min,
      long max,
      Function<Long, T> fromNumber,
      Function<T, Long> toNumber) {
    this.what = what;
    this.units = units;
    this.min = min;
    this.max = max;
    this.fromNumber = fromNumber;
    this.toNumber = toNumber;
  }

  static Quantity<Duration> duration(Duration min) {
    return duration(min, Duration.ofDays(MAX_DAYS));
  }

  static Quantity<Duration> duration(Duration min, Duration max) {
    boolean isUsual = max.equals(Duration.ofDays(MAX_DAYS));
    String what =
        "a duration such as \"250ms\", \"15s\", \"10m\", \"2h\", \"1d\" or a number of"
            + " milliseconds, "
            + (min.isZero() ? "" : "at least " + min.toMillis() + "ms and ")
            + "at most "
            + (isUsual ? MAX_DAYS + "d" : max.toMillis() + "ms");
    return new Quantity<>(
        what,
        MILLIS,
        min.toMillis(),
        max.toMillis(),
        Duration::ofMillis,
        duration -> millis(duration, what));
  }

  /** What is longer than a number can say is longer than anything that is permitted. */
  private static long millis(Duration duration, String what) {
    // A part of a millisecond would become 0, which often means "never".
    if (duration.isNegative() || duration.toNanosPart() % 1_000_000 != 0) {
      throw expected(what, duration.toString());
    }
    return duration.compareTo(Duration.ofDays(MAX_DAYS + 1)) > 0
        ? Long.MAX_VALUE
        : duration.toMillis();
  }

  static Quantity<Long> size(long min) {
    return size(min, MAX_BYTES);
  }

  static Quantity<Long> size(long min, long max) {
    String what =
        "a size such as \"512B\", \"64KiB\", \"8MiB\", \"1GiB\" or a number of bytes, "
            + (min == 0 ? "" : "at least " + min + "B and ")
            + "at most "
            + (max >> 30)
            + "GiB";
    return new Quantity<>(what, BYTES, min, max, bytes -> bytes, bytes -> bytes);
  }

  @Override
  public T read(@Nullable Object json) {
    if (!(json instanceof String text)) {
      return fromNumber.apply(ValueType.wholeNumber(json, min, max, what));
    }
    Matcher matcher = TEXT.matcher(text);
    Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
    if (unit == null) {
      throw expected(what, json);
    }
    long number = Long.parseLong(matcher.group(1));
    if (number > max / unit || number * unit < min) {
      throw expected(what, json);
    }
    return fromNumber.apply(number * unit);
  }

  @Override
  public Object fromText(String text) {
    return ValueType.numberOf(text);
  }

  @Override
  public JsonObject schema() {
    JsonObject number =
        new JsonObject().put("type", "integer").put("minimum", min).put("maximum", max);
    // Digits with zeros in front count as digits, too.
    String each =
        units.entrySet().stream()
            .sorted(Map.Entry.comparingByValue())
            .filter(unit -> unit.getValue() <= max)
            .map(
                unit ->
                    NumberPattern.between(
                            (min + unit.getValue() - 1) / unit.getValue(), max / unit.getValue())
                        + unit.getKey())
            .collect(Collectors.joining("|"));
    JsonObject text =
        new JsonObject()
            .put("type", "string")
            .put("pattern", "^(?=[0-9]{1,18}[A-Za-z])0*(" + each + ")$");
    return new JsonObject().put("anyOf", new JsonArray().add(text).add(number));
  }

  /** In the largest unit of which it is a whole number. */
  @Override
  public Object write(T value) {
    long number = toNumber.apply(value);
    if (number <= 0) {
      return number;
    }
    String unit = "";
    long size = 0;
    for (var each : units.entrySet()) {
      if (each.getValue() > size && number % each.getValue() == 0) {
        unit = each.getKey();
        size = each.getValue();
      }
    }
    return number / size + unit;
  }
}
