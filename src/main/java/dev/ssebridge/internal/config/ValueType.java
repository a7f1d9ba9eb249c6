package dev.ssebridge.internal.config;

import static dev.ssebridge.internal.config.UnfitValueException.expected;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a key accepts: reads one JSON value, or says what it expected. */
@FunctionalInterface
interface ValueType<T> {

  /**
   * The value.
   *
   * @throws UnfitValueException if it is not of this type
   */
  T read(@Nullable Object json);

  /** Text of at least one character, without control characters. */
  static ValueType<String> text() {
    return json -> {
      if (!(json instanceof String text)) {
        throw expected("text", json);
      }
      if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
        throw expected("text that is not blank, without control characters", json);
      }
      return text;
    };
  }

  /**
   * Text that may hold a secret, so that it is not repeated where it is wrong.
   *
   * @param what was expected
   */
  static <T> ValueType<T> hidden(String what, Function<String, T> parser) {
    return json -> {
      if (json instanceof String text
          && !text.isBlank()
          && text.chars().noneMatch(Character::isISOControl)) {
        return parser.apply(text);
      }
      throw new UnfitValueException("expected " + what);
    };
  }

  /** Text with whatever in it; it may hold a secret, so it is not repeated. */
  static ValueType<String> anyText() {
    return json -> {
      if (json instanceof String text) {
        return text;
      }
      throw new UnfitValueException("expected text");
    };
  }

  /**
   * Text that something else takes apart; it throws {@link UnfitValueException} for what it
   * refuses.
   */
  static <T> ValueType<T> parsed(Function<String, T> parser) {
    return json -> parser.apply(text().read(json));
  }

  /** {@code true} or {@code false}. */
  static ValueType<Boolean> flag() {
    return json -> {
      if (json instanceof Boolean flag) {
        return flag;
      }
      // A text in the place of a flag may be what the flag is about, a cookie, say.
      throw json instanceof String
          ? new UnfitValueException("expected true or false, got a text")
          : expected("true or false", json);
    };
  }

  /** A whole number in this range. */
  static ValueType<Integer> integer(int min, int max) {
    return json -> Math.toIntExact(wholeNumber(json, min, max, min + ".." + max));
  }

  /** A whole number of at least this. */
  static ValueType<Long> atLeast(long min) {
    return json -> wholeNumber(json, min, Long.MAX_VALUE, "a whole number, " + min + " or more");
  }

  /** One of the constants of this enum, written in lower case. */
  static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
    Map<String, E> names =
        Arrays.stream(type.getEnumConstants())
            .collect(
                Collectors.toMap(constant -> constant.name().toLowerCase(Locale.ROOT), c -> c));
    return json -> {
      E constant = json instanceof String name ? names.get(name) : null;
      if (constant == null) {
        throw expected(
            Arrays.stream(type.getEnumConstants())
                .map(each -> '"' + each.name().toLowerCase(Locale.ROOT) + '"')
                .collect(Collectors.joining(" or ")),
            json);
      }
      return constant;
    };
  }

  /** A duration: {@code "250ms" "15s" "10m" "2h" "1d"} or a number of milliseconds. */
  static ValueType<Duration> duration(Duration min) {
    return Quantity.duration(min);
  }

  /** A size: {@code "512B" "64KiB" "8MiB" "1GiB"} or a number of bytes. */
  static ValueType<Long> size(long min) {
    return Quantity.size(min);
  }

  private static long wholeNumber(@Nullable Object json, long min, long max, String range) {
    if ((json instanceof Integer || json instanceof Long || json instanceof Short)
        && ((Number) json).longValue() >= min
        && ((Number) json).longValue() <= max) {
      return ((Number) json).longValue();
    }
    throw expected(range, json);
  }

  /** A number with a unit, or in the basic unit as a bare number. */
  final class Quantity {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})([A-Za-z]{1,3})");
    private static final long MAX_DAYS = 3650;
    private static final Map<String, Long> MILLIS =
        Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES =
        Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);
    private static final long MAX_BYTES = 1L << 40;

    private Quantity() {}

    private static ValueType<Duration> duration(Duration min) {
      String what =
          "a duration such as \"250ms\", \"15s\", \"10m\", \"2h\", \"1d\" or a number of"
              + " milliseconds, "
              + (min.isZero() ? "" : "at least " + min.toMillis() + "ms and ")
              + "at most "
              + MAX_DAYS
              + "d";
      long max = Duration.ofDays(MAX_DAYS).toMillis();
      return json -> Duration.ofMillis(read(json, MILLIS, min.toMillis(), max, what));
    }

    private static ValueType<Long> size(long min) {
      String what =
          "a size such as \"512B\", \"64KiB\", \"8MiB\", \"1GiB\" or a number of bytes, "
              + (min == 0 ? "" : "at least " + min + "B and ")
              + "at most 1024GiB";
      return json -> read(json, BYTES, min, MAX_BYTES, what);
    }

    private static long read(
        @Nullable Object json, Map<String, Long> units, long min, long max, String what) {
      if (!(json instanceof String text)) {
        return wholeNumber(json, min, max, what);
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
      return number * unit;
    }
  }
}
