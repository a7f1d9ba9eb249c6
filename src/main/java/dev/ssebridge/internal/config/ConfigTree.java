package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as it was written, or a layer of it, before the keys read it.
 *
 * @param json what it says; texts with something from outside in them are a {@link Given}
 * @param origins where that is written
 */
record ConfigTree(JsonObject json, Origins origins) {
  /**
   * Writes a layer over this one: objects are merged, everything else is replaced.
   *
   * @param keys of the whole
   */
  void put(ConfigTree above, Keys<?> keys) {
    merge(json, above.json, "", Shape.of(keys));
    origins.putAll(above.origins);
  }

  /** Whether null is written there, or the word null from outside. */
  boolean isNull(String pointer) {
    int slash = pointer.lastIndexOf('/');
    Object around =
        slash <= 0 ? json : JsonPointer.from(pointer.substring(0, slash)).queryJson(json);
    String key = pointer.substring(slash + 1).replace("~1", "/").replace("~0", "~");
    if (!(around instanceof JsonObject block) || !block.containsKey(key)) {
      return false;
    }
    Object value = block.getValue(key);
    return value == null || (value instanceof Given given && given.isNull());
  }

  private static @Nullable Object blockOf(JsonObject in, String key, Origins origins) {
    Object value = in.getValue(key);
    try {
      return value instanceof Given given ? given.json(origins) : value;
    } catch (UnfitValueException unfit) {
      return value; // what is over it counts alone
    }
  }

  private void merge(JsonObject into, JsonObject above, String pointer, Shape shape) {
    if (shape.isCaseless()) {
      removeOthers(into, above.fieldNames(), pointer);
    }
    for (String key : above.fieldNames()) {
      String at = pointer + "/" + ConfigObject.escape(key);
      Object value = above.getValue(key);
      if (value instanceof JsonObject object
          && blockOf(into, key, origins) instanceof JsonObject below) {
        into.put(key, below);
        merge(below, object, at, shape.within(key));
      } else {
        origins.remove(at);
        into.put(key, value);
      }
    }
  }

  /** What is written in another case above is written there again. */
  private void removeOthers(JsonObject from, Set<String> above, String pointer) {
    for (String name : List.copyOf(from.fieldNames())) {
      if (!above.contains(name) && above.stream().anyMatch(name::equalsIgnoreCase)) {
        from.remove(name);
        origins.remove(pointer + "/" + ConfigObject.escape(name));
      }
    }
  }
}
