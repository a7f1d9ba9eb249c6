package dev.ssebridge.internal.text;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The texts in a JSON value, wherever they stand in it. */
public final class JsonTexts {
  private JsonTexts() {}

  /** A copy with another text in the place of each; names stay. */
  public static JsonObject replaced(JsonObject json, UnaryOperator<String> other) {
    JsonObject copy = new JsonObject();
    json.forEach(each -> copy.put(each.getKey(), replaced(each.getValue(), other)));
    return copy;
  }

  private static @Nullable Object replaced(@Nullable Object value, UnaryOperator<String> other) {
    if (value instanceof JsonObject object) {
      return replaced(object, other);
    }
    if (value instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      array.forEach(each -> copy.add(replaced(each, other)));
      return copy;
    }
    return value instanceof String text ? other.apply(text) : value;
  }
}
