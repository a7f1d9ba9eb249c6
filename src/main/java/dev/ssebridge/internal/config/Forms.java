package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The ways in which a key can be written. */
final class Forms {
  private Forms() {}

  /**
   * One value.
   *
   * @param standardJson its default; null for none
   * @param standIn of a value that must be there: what takes its place while the rest is read; null
   *     where it may be left out
   */
  record One<T>(ValueType<T> type, @Nullable Object standardJson, @Nullable T standIn)
      implements Key.Form<T> {
    @Override
    public @Nullable T standard() {
      return standardJson == null ? standIn : type.read(standardJson);
    }

    @Override
    public @Nullable T read(Key<T> key, ConfigObject in, @Nullable T present) {
      return standIn == null ? in.get(key, type) : in.required(key, type);
    }

    @Override
    public void write(String key, T value, @Nullable T standard, JsonObject out) {
      out.put(key, type.write(value));
    }

    @Override
    public T require(T value) {
      return type.read(type.write(value));
    }

    @Override
    public JsonObject schema() {
      return type.schema();
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

    @Override
    public JsonObject schema() {
      return new JsonObject()
          .put("type", "array")
          .put("items", type.schema())
          .put("minItems", 1)
          .put("maxItems", most);
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
      if (read.size() < value.size()) {
        throw new UnfitValueException("expected names that differ in more than their case");
      }
      return Collections.unmodifiableMap(read);
    }

    @Override
    public JsonObject schema() {
      return new JsonObject()
          .put("type", "object")
          .put("additionalProperties", ValueType.text().schema());
    }
  }

  /** Where the keys of a block stand, and whether they have to. */
  enum Presence {
    /** In a block of their own; where that is left out, it has its defaults. */
    ALWAYS,
    /** In one whose presence means something by itself. */
    OPTIONAL,
    /** Among the keys of the block around it. */
    INCLUDED
  }

  /** The keys of another class of options. */
  record Block<P>(Keys<P> block, Presence presence) implements Key.Form<P> {
    Block<P> hiding(Set<String> keys) {
      return new Block<>(block.hiding(keys), presence);
    }

    @Override
    public @Nullable P standard() {
      return presence == Presence.OPTIONAL ? null : block.make();
    }

    @Override
    public @Nullable P read(Key<P> key, ConfigObject in, @Nullable P present) {
      return switch (presence) {
        case ALWAYS -> in.block(key, block::read);
        case OPTIONAL -> in.optionalBlock(key, block::read);
        case INCLUDED -> block.readOnto(present == null ? block.make() : present, in);
      };
    }

    @Override
    public void write(String key, P value, @Nullable P standard, JsonObject out) {
      JsonObject json = block.toJson(value, standard);
      if (presence == Presence.INCLUDED) {
        out.mergeIn(json);
      } else if (presence == Presence.OPTIONAL || !json.isEmpty()) {
        out.put(key, json);
      }
    }

    @Override
    public void visit(P value, Key.Visitor visitor) {
      visitor.visit(null, block, block.valuesOf(value));
    }

    @Override
    public P copy(P value) {
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
        value.forEach((name, options) -> blocks.put(name, block.toJson(options, null)));
        out.put(key, blocks);
      }
    }

    @Override
    public void visit(Map<String, P> value, Key.Visitor visitor) {
      value.forEach((name, options) -> visitor.visit(name, block, block.valuesOf(options)));
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
