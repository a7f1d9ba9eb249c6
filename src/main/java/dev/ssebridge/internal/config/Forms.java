package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The ways in which a key can be written. */
final class Forms {
  private Forms() {}

  /** A value, or none. */
  record Plain<T>(ValueType<T> type, @Nullable Object standardJson) implements Key.Form<T> {
    @Override
    public @Nullable T standard() {
      return standardJson == null ? null : type.read(standardJson);
    }

    @Override
    public @Nullable T read(Key<T> key, ConfigObject in, @Nullable T present) {
      return standardJson == null ? in.optional(key, type) : in.get(key, type);
    }

    @Override
    public void write(String key, T value, @Nullable T standard, JsonObject out) {
      out.put(key, type.write(value));
    }

    @Override
    public T require(T value) {
      return type.read(type.write(value));
    }
  }

  /** A value that must be there. */
  record Required<T>(ValueType<T> type, T standIn) implements Key.Form<T> {
    @Override
    public @Nullable T standard() {
      return standIn;
    }

    @Override
    public @Nullable T read(Key<T> key, ConfigObject in, @Nullable T present) {
      return in.required(key, type);
    }

    @Override
    public void write(String key, T value, @Nullable T standard, JsonObject out) {
      out.put(key, type.write(value));
    }

    @Override
    public T require(T value) {
      return type.read(type.write(value));
    }
  }

  /** A list of values. */
  record ListOf<T>(ValueType<T> type, int most) implements Key.Form<List<T>> {
    @Override
    public @Nullable List<T> standard() {
      return List.of();
    }

    @Override
    public @Nullable List<T> read(Key<List<T>> key, ConfigObject in, @Nullable List<T> present) {
      return in.optionalList(key, type, most);
    }

    @Override
    public void write(String key, List<T> value, @Nullable List<T> standard, JsonObject out) {
      JsonArray array = new JsonArray();
      value.forEach(element -> array.add(type.write(element)));
      out.put(key, array);
    }

    @Override
    public List<T> require(List<T> value) {
      if (value.size() > most) {
        throw UnfitValueException.expected("a list of at most " + most + " values", value.size());
      }
      List<T> read = new ArrayList<>();
      for (T element : value) {
        read.add(type.read(type.write(element)));
      }
      return Collections.unmodifiableList(read);
    }
  }

  /** Texts by names whose case means nothing, as those of headers. */
  record Texts(BiConsumer<String, String> check) implements Key.Form<Map<String, String>> {
    @Override
    public Map<String, String> standard() {
      return Map.of();
    }

    @Override
    public Map<String, String> read(
        Key<Map<String, String>> key, ConfigObject in, @Nullable Map<String, String> present) {
      return require(in.texts(key, check));
    }

    @Override
    public void write(
        String key,
        Map<String, String> value,
        @Nullable Map<String, String> standard,
        JsonObject out) {
      out.put(key, new JsonObject(new LinkedHashMap<>(value)));
    }

    @Override
    public Map<String, String> require(Map<String, String> value) {
      value.forEach(check);
      Map<String, String> read = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      read.putAll(value);
      return Collections.unmodifiableMap(read);
    }
  }

  /** A block that is always there. */
  record Block<P>(Keys<P> block) implements Key.Form<P> {
    @Override
    public P standard() {
      return block.make();
    }

    @Override
    public P read(Key<P> key, ConfigObject in, @Nullable P present) {
      return in.block(key, block::read);
    }

    @Override
    public void write(String key, P value, @Nullable P standard, JsonObject out) {
      JsonObject json = block.toJson(value, standard);
      if (!json.isEmpty()) {
        out.put(key, json);
      }
    }

    @Override
    public P copy(P value) {
      return block.copy(value);
    }

    @Override
    public P require(P value) {
      return block.copy(value);
    }
  }

  /** A block that may be missing. */
  record OptionalBlock<P>(Keys<P> block) implements Key.Form<P> {
    @Override
    public @Nullable P standard() {
      return null;
    }

    @Override
    public @Nullable P read(Key<P> key, ConfigObject in, @Nullable P present) {
      return in.optionalBlock(key, block::read);
    }

    @Override
    public void write(String key, P value, @Nullable P standard, JsonObject out) {
      out.put(key, block.toJson(value));
    }

    @Override
    public P copy(P value) {
      return block.copy(value);
    }

    @Override
    public P require(P value) {
      return block.copy(value);
    }
  }

  /** The keys of another class in the same block. */
  record Included<P>(Keys<P> block) implements Key.Form<P> {
    @Override
    public P standard() {
      return block.make();
    }

    @Override
    public P read(Key<P> key, ConfigObject in, @Nullable P present) {
      return block.readOnto(present == null ? block.make() : present, in);
    }

    @Override
    public void write(String key, P value, @Nullable P standard, JsonObject out) {
      out.mergeIn(block.toJson(value, standard));
    }

    @Override
    public P copy(P value) {
      return block.copy(value);
    }

    @Override
    public P require(P value) {
      return block.copy(value);
    }
  }

  /** Blocks by name. */
  record Named<P>(Keys<P> block) implements Key.Form<Map<String, P>> {
    @Override
    public Map<String, P> standard() {
      return Map.of();
    }

    @Override
    public Map<String, P> read(
        Key<Map<String, P>> key, ConfigObject in, @Nullable Map<String, P> present) {
      return in.named(key, block::read);
    }

    @Override
    public void write(
        String key, Map<String, P> value, @Nullable Map<String, P> standard, JsonObject out) {
      if (!value.isEmpty()) {
        JsonObject blocks = new JsonObject();
        value.forEach((name, options) -> blocks.put(name, block.toJson(options)));
        out.put(key, blocks);
      }
    }

    @Override
    public Map<String, P> copy(Map<String, P> value) {
      Map<String, P> copy = new LinkedHashMap<>();
      value.forEach((name, options) -> copy.put(name, block.copy(options)));
      return Collections.unmodifiableMap(copy);
    }

    @Override
    public Map<String, P> require(Map<String, P> value) {
      value.keySet().forEach(ConfigObject::requireName);
      return copy(value);
    }
  }
}
