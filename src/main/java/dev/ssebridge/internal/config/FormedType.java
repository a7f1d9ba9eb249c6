package dev.ssebridge.internal.config;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Another type, of whose texts the schema says how they are written.
 *
 * @param pattern of JSON Schema
 */
record FormedType<T>(ValueType<T> type, String pattern) implements ValueType<T> {
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
    return type.fromText(text);
  }

  @Override
  public JsonObject schema() {
    return new JsonObject().put("type", "string").put("pattern", pattern);
  }
}
