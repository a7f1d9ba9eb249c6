package dev.ssebridge.internal.bus;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A JSON text on its way over the event bus: consumers get what it says, and the bridge finds the
 * text beside it, to the letter. A number would lose its digits otherwise: {@code 1e400} is
 * infinite as a {@code Double}, and {@code 1.00} is {@code 1.0}. Immutable.
 */
public final class JsonBody {
  /**
   * A {@code null}, which goes without a body and with {@link
   * dev.ssebridge.format.SseHeaders#JSON_NULL}.
   */
  public static final Object NULL = new JsonBody("null");

  private final String text;

  JsonBody(String text) {
    this.text = text;
  }

  /**
   * What is sent for a text: the value itself where its own text is this one, and otherwise a
   * {@code JsonBody}, which needs the codec {@value JsonBodyCodec#NAME}. White space around a value
   * that is neither an object nor an array is left out.
   *
   * @param text JSON that was parsed before
   */
  public static Object of(String text) {
    if (isContainer(text)) {
      return new JsonBody(text);
    }
    String value = text.strip();
    Object parsed = scalar(value);
    if (parsed == null) {
      return NULL;
    }
    return isSaidByItself(parsed, value) ? parsed : new JsonBody(value);
  }

  /** As it came. */
  public String text() {
    return text;
  }

  /** Another one for each consumer, which may change what it gets. */
  public @Nullable Object value() {
    return switch (text.charAt(firstOf(text))) {
      case '{' -> new JsonObject(new TextObject(text));
      case '[' -> new JsonArray(new TextArray(text));
      default -> scalar(text);
    };
  }

  private static boolean isContainer(String text) {
    char first = text.charAt(firstOf(text));
    return first == '{' || first == '[';
  }

  /** JSON begins somewhere: RFC 8259, section 2. */
  private static int firstOf(String text) {
    int first = 0;
    while (text.charAt(first) <= ' ') {
      first++;
    }
    return first;
  }

  private static @Nullable Object scalar(String text) {
    return text.equals("-0") ? Double.valueOf(-0.0) : Json.decodeValue(text);
  }

  /** Only classes that every event bus has a codec of its own for. */
  private static boolean isSaidByItself(Object value, String text) {
    return (value instanceof Boolean
            || value instanceof Integer
            || value instanceof Long
            || value instanceof Double)
        && value.toString().equals(text);
  }
}
