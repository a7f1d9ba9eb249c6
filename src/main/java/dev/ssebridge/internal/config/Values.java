package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the keys of one block are set to: the memory of an options object. Not for several threads
 * at a time, as the options objects are not.
 */
public final class Values {
  private static final String HIDDEN = "***";

  private final Keys<?> keys;
  private final @Nullable Object[] slots;

  Values(Keys<?> keys, @Nullable Object[] slots) {
    this.keys = keys;
    this.slots = slots;
  }

  /** What a key that always has a value is set to, or its default. */
  public <T> T get(Key<T> key) {
    return Objects.requireNonNull(optional(key), key.name());
  }

  /** What a key is set to; null for nothing. */
  @SuppressWarnings("unchecked") // only set() and the form of the key write into its slot
  public <T> @Nullable T optional(Key<T> key) {
    return (T) slots[key.slot()];
  }

  /**
   * Sets a key.
   *
   * @throws IllegalArgumentException if the key does not accept that; says what it does
   */
  public <T> void set(Key<T> key, T value) {
    requireNoNull(key, value);
    try {
      slots[key.slot()] = key.form().require(value);
    } catch (UnfitValueException unfit) {
      throw new IllegalArgumentException(key.name() + ": " + unfit.getMessage(), unfit);
    }
  }

  /** Sets a key to what has no order. */
  public void setSorted(Key<List<String>> key, Set<String> value) {
    requireNoNull(key, value);
    set(key, value.stream().sorted().toList());
  }

  /** Neither the value itself nor what it holds, in a list or by name. */
  private static void requireNoNull(Key<?> key, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(
          (key.name().isEmpty() ? "" : key.name() + ": ") + "expected a value, got null");
    }
    if (value instanceof Map<?, ?> named) {
      named.forEach((name, each) -> requireNamed(key, name, each));
    } else if (value instanceof Collection<?> list) { // a Path has parts as well
      list.forEach(each -> requireNoNull(key, each));
    }
  }

  private static void requireNamed(Key<?> key, @Nullable Object name, @Nullable Object value) {
    if (name == null || value == null) {
      throw new IllegalArgumentException(
          key.name()
              + ": expected a value for each name, got "
              + (name == null ? "the name null" : "null for " + UnfitValueException.show(name)));
    }
  }

  /** Sets a key that may be set to nothing, which null is. */
  public <T> void setOptional(Key<T> key, @Nullable T value) {
    if (value == null) {
      slots[key.slot()] = key.form().standard();
    } else {
      set(key, value);
    }
  }

  /** A copy that shares nothing with these. */
  public Values copy() {
    @Nullable Object[] copies = new @Nullable Object[slots.length];
    for (Key<?> key : keys.all()) {
      copies[key.slot()] = copyOf(key);
    }
    return new Values(keys, copies);
  }

  private <T> @Nullable T copyOf(Key<T> key) {
    T value = optional(key);
    return value == null ? null : key.form().copy(value);
  }

  /** What differs from the defaults is left in, and nothing else is; secrets included. */
  public JsonObject toJson() {
    return toJson(keys.shown(), keys.defaults());
  }

  JsonObject toJson(List<Key<?>> shown, Values defaults) {
    JsonObject json = new JsonObject();
    shown.forEach(key -> write(key, defaults, json));
    return json;
  }

  private <T> void write(Key<T> key, Values defaults, JsonObject json) {
    T value = optional(key);
    if (value != null && (key.block() != null || !value.equals(defaults.optional(key)))) {
      key.form().write(key.name(), value, defaults.optional(key), json);
    }
  }

  void read(List<Key<?>> shown, ConfigObject in) {
    shown.forEach(key -> read(key, in));
  }

  /** A key as it stands in a block whose defaults these are; several where it is included. */
  <T> List<Keys.Entry> entries(Key<T> key) {
    T value = optional(key);
    Keys<?> block = key.block();
    if (block != null && key.isIncluded() && value != null) {
      return block.entriesOfIncluded(value);
    }
    Object standard = key.standardJson();
    if (block == null && value != null && !value.equals(key.form().standard())) {
      JsonObject written = new JsonObject();
      key.form().write(key.name(), value, null, written);
      standard = written.getValue(key.name());
    }
    return List.of(new Keys.Entry(key, standard));
  }

  private <T> void read(Key<T> key, ConfigObject in) {
    T value = key.form().read(key, in, optional(key));
    if (value != null) {
      slots[key.slot()] = value;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Values that && keys == that.keys && Arrays.equals(slots, that.slots);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(slots);
  }

  /** As JSON, without secrets. */
  @Override
  public String toString() {
    JsonObject json = toJson();
    hide(keys, json);
    return json.encode();
  }

  private static void hide(Keys<?> keys, JsonObject json) {
    for (Key<?> key : keys.all()) {
      Keys<?> block = key.block();
      if (block != null && key.isIncluded()) {
        hide(block, json);
      } else if (key.isSecret() && json.containsKey(key.name())) {
        json.put(key.name(), HIDDEN);
      } else if (block != null && json.getValue(key.name()) instanceof JsonObject inner) {
        if (key.isNamed()) {
          inner.fieldNames().forEach(name -> hide(block, inner.getJsonObject(name)));
        } else {
          hide(block, inner);
        }
      }
    }
  }
}
