package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as it was written, or a layer of it, before the keys read it.
 *
 * @param json what it says; texts with something from outside in them are a {@link Given}
 * @param origins where that is written
 */
record ConfigTree(JsonObject json, Origins origins) {
  /** Writes a layer over this one: objects are merged, everything else is replaced. */
  void put(ConfigTree above) {
    merge(json, above.json, "");
    origins.putAll(above.origins);
  }

  private static @Nullable Object blockOf(JsonObject in, String key, Origins origins) {
    Object value = in.getValue(key);
    try {
      return value instanceof Given given ? given.json(origins) : value;
    } catch (UnfitValueException unfit) {
      return value; // what is over it counts alone
    }
  }

  private void merge(JsonObject into, JsonObject above, String pointer) {
    for (String key : above.fieldNames()) {
      String at = pointer + "/" + ConfigObject.escape(key);
      Object value = above.getValue(key);
      if (value instanceof JsonObject object
          && blockOf(into, key, origins) instanceof JsonObject below) {
        into.put(key, below);
        merge(below, object, at);
      } else {
        origins.remove(at);
        into.put(key, value);
      }
    }
  }
}
