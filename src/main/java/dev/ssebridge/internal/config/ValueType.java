package dev.ssebridge.internal.config;

import static dev.ssebridge.internal.text.UnfitValueException.expected;

import dev.ssebridge.internal.text.UnfitValueException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a key accepts: reads one JSON value, or says what it expected. */
@FunctionalInterface
public interface ValueType<T> {

  /**
   * The value.
   *
   * @throws UnfitValueException if it is not of this type
   */
  T read(@Nullable Object json);

  /** A value as it is written in JSON; the same value is read from it. */
  default Object write(T value) {
    return value;
  }

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

  /** The same in lower case, for names whose case means nothing. */
  static ValueType<String> lowerCase() {
    return json -> text().read(json).toLowerCase(Locale.ROOT);
  }

  /**
   * Text that may hold a secret, so that it is not repeated where it is wrong.
   *
   * @param what was expected
   * @param check throws {@link IllegalArgumentException} for what it refuses
   */
  static ValueType<String> hidden(String what, Consumer<String> check) {
    return json -> {
      if (json instanceof String text
          && !text.isBlank()
          && text.chars().noneMatch(Character::isISOControl)) {
        check.accept(text);
        return text;
      }
      throw new UnfitValueException("expected " + what);
    };
  }

  /** Text with whatever in it; it may hold a secret, so it is not repeated. */
  static ValueType<String> anyText() {
    return anyText(text -> {});
  }

  /**
   * The same, checked.
   *
   * @param check throws {@link IllegalArgumentException} for what it refuses
   */
  static ValueType<String> anyText(Consumer<String> check) {
    return json -> {
      if (json instanceof String text) {
        check.accept(text);
        return text;
      }
      throw new UnfitValueException("expected text");
    };
  }

  /**
   * Text of a form of its own, kept as it is written.
   *
   * @param check throws {@link IllegalArgumentException} for what it refuses
   */
  static ValueType<String> checked(Consumer<String> check) {
    return json -> {
      String text = text().read(json);
      check.accept(text);
      return text;
    };
  }

  /** A number from 0 to 1. */
  static ValueType<Double> fraction() {
    return json -> {
      if (json instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= 1) {
        return number.doubleValue();
      }
      throw expected("a number from 0 to 1", json);
    };
  }

  /** Text, and what it stands for; {@code toString} gives the text again. */
  static <T> ValueType<T> parsed(Function<String, T> parser) {
    return new ValueType<>() {
      @Override
      public T read(@Nullable Object json) {
        return parser.apply(text().read(json));
      }

      @Override
      public Object write(T value) {
        return value.toString();
      }
    };
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
    return new ValueType<>() {
      @Override
      public E read(@Nullable Object json) {
        E constant = json instanceof String name ? names.get(name) : null;
        if (constant == null) {
          throw expected(
              Arrays.stream(type.getEnumConstants())
                  .map(each -> '"' + each.name().toLowerCase(Locale.ROOT) + '"')
                  .collect(Collectors.joining(" or ")),
              json);
        }
        return constant;
      }

      @Override
      public Object write(E value) {
        return value.name().toLowerCase(Locale.ROOT);
      }
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

  static long wholeNumber(@Nullable Object json, long min, long max, String range) {
    if ((json instanceof Integer || json instanceof Long || json instanceof Short)
        && ((Number) json).longValue() >= min
        && ((Number) json).longValue() <= max) {
      return ((Number) json).longValue();
    }
    throw expected(range, json);
  }
}
