package dev.ssebridge.internal.bus;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object that is parsed when somebody first asks for one of them, and that
 * remembers its text. A {@link LinkedHashMap}, as a copy of a {@code JsonObject} keeps the order of
 * no other map. As safe as one, and what parses it may be any thread.
 */
final class TextObject extends LinkedHashMap<String, @Nullable Object> {
  private static final long serialVersionUID = 1;

  private final String text;
  private transient volatile boolean parsed;

  TextObject(String text) {
    super(0);
    this.text = text;
  }

  /** The text, as long as it is what the map says; otherwise {@code null}. */
  @Nullable String text() {
    return !parsed || new JsonObject(text).getMap().equals(this) ? text : null;
  }

  /** Characters of the text that it was made of. */
  int textLength() {
    return text.length();
  }

  private void parse() {
    if (!parsed) {
      parseOnce();
    }
  }

  private synchronized void parseOnce() {
    if (!parsed) {
      super.putAll(new JsonObject(text).getMap());
      parsed = true;
    }
  }

  @Override
  public int size() {
    parse();
    return super.size();
  }

  @Override
  public boolean isEmpty() {
    parse();
    return super.isEmpty();
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    parse();
    return super.get(key);
  }

  @Override
  public @Nullable Object getOrDefault(@Nullable Object key, @Nullable Object other) {
    parse();
    return super.getOrDefault(key, other);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    parse();
    return super.containsKey(key);
  }

  @Override
  public boolean containsValue(@Nullable Object value) {
    parse();
    return super.containsValue(value);
  }

  @Override
  public @Nullable Object put(String key, @Nullable Object value) {
    parse();
    return super.put(key, value);
  }

  @Override
  public void putAll(Map<? extends String, ? extends @Nullable Object> other) {
    parse();
    super.putAll(other);
  }

  @Override
  public @Nullable Object putIfAbsent(String key, @Nullable Object value) {
    parse();
    return super.putIfAbsent(key, value);
  }

  @Override
  public @Nullable Object remove(@Nullable Object key) {
    parse();
    return super.remove(key);
  }

  @Override
  public boolean remove(@Nullable Object key, @Nullable Object value) {
    parse();
    return super.remove(key, value);
  }

  @Override
  public void clear() {
    parse();
    super.clear();
  }

  @Override
  public boolean replace(String key, @Nullable Object old, @Nullable Object value) {
    parse();
    return super.replace(key, old, value);
  }

  @Override
  public @Nullable Object replace(String key, @Nullable Object value) {
    parse();
    return super.replace(key, value);
  }

  @Override
  public void replaceAll(
      BiFunction<? super String, ? super @Nullable Object, ? extends @Nullable Object> function) {
    parse();
    super.replaceAll(function);
  }

  @Override
  public @Nullable Object computeIfAbsent(
      String key, Function<? super String, ? extends @Nullable Object> function) {
    parse();
    return super.computeIfAbsent(key, function);
  }

  @Override
  public @Nullable Object computeIfPresent(
      String key,
      BiFunction<? super String, ? super @Nullable Object, ? extends @Nullable Object> function) {
    parse();
    return super.computeIfPresent(key, function);
  }

  @Override
  public @Nullable Object compute(
      String key,
      BiFunction<? super String, ? super @Nullable Object, ? extends @Nullable Object> function) {
    parse();
    return super.compute(key, function);
  }

  @Override
  public @Nullable Object merge(
      String key,
      Object value,
      BiFunction<? super @Nullable Object, ? super @Nullable Object, ? extends @Nullable Object>
          function) {
    parse();
    return super.merge(key, value, function);
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super @Nullable Object> action) {
    parse();
    super.forEach(action);
  }

  @Override
  public Set<String> keySet() {
    parse();
    return super.keySet();
  }

  @Override
  public Collection<@Nullable Object> values() {
    parse();
    return super.values();
  }

  @Override
  public Set<Map.Entry<String, @Nullable Object>> entrySet() {
    parse();
    return super.entrySet();
  }

  @Override
  public Object clone() {
    return new LinkedHashMap<>(this);
  }

  private Object writeReplace() {
    return new LinkedHashMap<>(this);
  }
}
