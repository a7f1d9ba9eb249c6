package dev.ssebridge.internal.config;

import static dev.ssebridge.internal.text.UnfitValueException.expected;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a key accepts: reads one JSON value, or says what it expected. */
@FunctionalInterface
public interface ValueType<T> {
  /** Digits of a whole number. */
  Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");

  /** Those of one with a part. */
  Pattern FRACTION = Pattern.compile("-?[0-9]{1,18}\\.[0-9]{1,18}");

  /** Text that is not blank, without control characters, as a pattern of JSON Schema. */
  String NOT_BLANK = "^(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f]*$";

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

  /**
   * What a text from outside stands for, as JSON: a variable of the environment has no types. A
   * text that stands for nothing of this type is left as it is, for {@link #read} to refuse.
   */
  default Object fromText(String text) {
    return text;
  }

  /** Whether a value may be an object or a list, which from outside is written as JSON. */
  default boolean isStructure() {
    return false;
  }

  /** What is accepted, as JSON Schema (2020-12), as exactly as can be said there. */
  default JsonObject schema() {
    return new JsonObject().put("type", "string").put("pattern", NOT_BLANK);
  }

  /**
   * The same type, of whose texts more can be said.
   *
   * @param pattern of JSON Schema; whatever is read is of it
   */
  default ValueType<T> formed(String pattern) {
    return new FormedType<>(this, pattern);
  }

  /** The same type, but texts from outside stand for this. */
  private static <T> ValueType<T> typed(
      ValueType<T> type, Function<String, Object> fromText, UnaryOperator<JsonObject> schema) {
    return new ValueType<>() {
      @Override
      public T read(@Nullable Object json) {
        return type.read(json);
      }

      @Override
      public Object write(T value) {
        return type.write(value);
      }

      @Override
      public Object fromText(String text) {
        return fromText.apply(text);
      }

      @Override
      public JsonObject schema() {
        return schema.apply(new JsonObject());
      }
    };
  }

  /** A number where the text is one. */
  static Object numberOf(String text) {
    if (WHOLE.matcher(text).matches()) {
      return Long.parseLong(text);
    }
    return FRACTION.matcher(text).matches() ? (Object) Double.parseDouble(text) : text;
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
      throw UnfitValueException.expected(what);
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
    return new ValueType<>() {
      @Override
      public String read(@Nullable Object json) {
        if (json instanceof String text) {
          check.accept(text);
          return text;
        }
        throw new UnfitValueException("expected text");
      }

      @Override
      public JsonObject schema() {
        return new JsonObject().put("type", "string");
      }
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
    return typed(
        json -> {
          if (json instanceof Number number
              && number.doubleValue() >= 0
              && number.doubleValue() <= 1) {
            return number.doubleValue();
          }
          throw expected("a number from 0 to 1", json);
        },
        ValueType::numberOf,
        schema -> schema.put("type", "number").put("minimum", 0).put("maximum", 1));
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
    return typed(
        json -> {
          if (json instanceof Boolean flag) {
            return flag;
          }
          // A text in the place of a flag may be what the flag is about, a cookie, say.
          throw json instanceof String
              ? new UnfitValueException("expected true or false, got a text")
              : expected("true or false", json);
        },
        text -> text.equals("true") || text.equals("false") ? (Object) text.equals("true") : text,
        schema -> schema.put("type", "boolean"));
  }

  /** A whole number in this range. */
  static ValueType<Integer> integer(int min, int max) {
    return typed(
        json -> Math.toIntExact(wholeNumber(json, min, max, min + ".." + max)),
        ValueType::numberOf,
        schema -> schema.put("type", "integer").put("minimum", min).put("maximum", max));
  }

  /** A whole number of at least this. */
  static ValueType<Long> atLeast(long min) {
    return typed(
        json -> wholeNumber(json, min, Long.MAX_VALUE, "a whole number, " + min + " or more"),
        ValueType::numberOf,
        schema -> schema.put("type", "integer").put("minimum", min).put("maximum", Long.MAX_VALUE));
  }

  /** One of the constants of this enum, written in lower case. */
  static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
    List<String> names =
        Arrays.stream(type.getEnumConstants()).map(each -> ofConstant(each)).toList();
    Map<String, E> constants =
        Arrays.stream(type.getEnumConstants())
            .collect(Collectors.toMap(each -> ofConstant(each), each -> each));
    return new ValueType<>() {
      @Override
      public E read(@Nullable Object json) {
        E constant = json instanceof String name ? constants.get(name) : null;
        if (constant == null) {
          throw expected('"' + String.join("\" or \"", names) + '"', json);
        }
        return constant;
      }

      @Override
      public Object write(E value) {
        return ofConstant(value);
      }

      @Override
      public JsonObject schema() {
        return new JsonObject().put("enum", new JsonArray(names));
      }
    };
  }

  private static String ofConstant(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** A duration: {@code "250ms" "15s" "10m" "2h" "1d"} or a number of milliseconds. */
  static ValueType<Duration> duration(Duration min) {
    return Quantity.duration(min);
  }

  /** The same, and no more than this. */
  static ValueType<Duration> duration(Duration min, Duration max) {
    return Quantity.duration(min, max);
  }

  /** A size: {@code "512B" "64KiB" "8MiB" "1GiB"} or a number of bytes. */
  static ValueType<Long> size(long min) {
    return Quantity.size(min);
  }

  /** The same, and no more than this. */
  static ValueType<Long> size(long min, long max) {
    return Quantity.size(min, max);
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
