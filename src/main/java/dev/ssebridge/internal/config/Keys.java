package dev.ssebridge.internal.config;

import dev.ssebridge.ConfigException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one block of the configuration, which is one class of options:
 *
 * <pre>{@code
 * static final Keys<HistoryOptions> OPTIONS =
 *     Keys.of(HistoryOptions.class, HistoryOptions::new, options -> options.values);
 *
 * private static final Key<Integer> EVENTS =
 *     OPTIONS.key("events", integer(0, MOST_EVENTS), 10_000).says("Events a channel keeps");
 *
 * public int getEvents() { return values.get(EVENTS); }
 *
 * public HistoryOptions setEvents(int events) { values.set(EVENTS, events); return this; }
 * }</pre>
 *
 * <p>From these come the reader of the JSON, the JSON, the copy, the equality, the example with all
 * keys and the tables of the documentation.
 *
 * @param <O> the class of options
 */
public final class Keys<O> {
  private static final Map<Class<?>, Keys<?>> DECLARED = new ConcurrentHashMap<>();

  private final Function<Values, O> maker;
  private final Function<O, Values> values;
  private final List<Key<?>> all;
  private final Set<String> hidden;
  private String[] removed = {};
  private @Nullable O prototype;

  private Keys(
      Function<Values, O> maker, Function<O, Values> values, List<Key<?>> all, Set<String> hidden) {
    this.maker = maker;
    this.values = values;
    this.all = all;
    this.hidden = hidden;
  }

  /**
   * A key as it stands in a block.
   *
   * @param standardJson its default there, as it is written in JSON; null for none
   */
  public record Entry(Key<?> key, @Nullable Object standardJson) {}

  /**
   * The keys of a class, none yet.
   *
   * @param maker makes an object of such values
   * @param values of such an object
   */
  public static <O> Keys<O> of(
      Class<O> type, Function<Values, O> maker, Function<O, Values> values) {
    Keys<O> keys = new Keys<>(maker, values, new ArrayList<>(), Set.of());
    DECLARED.put(type, keys);
    return keys;
  }

  /** The keys that a class of options declares. */
  @SuppressWarnings("unchecked") // of() keeps them under the class of their options
  public static <O> Keys<O> declaredBy(Class<O> type) {
    try {
      Class.forName(type.getName(), true, type.getClassLoader());
    } catch (ClassNotFoundException impossible) {
      throw new IllegalStateException(impossible);
    }
    return (Keys<O>) Objects.requireNonNull(DECLARED.get(type), type.getName());
  }

  /** Keys that older versions had; the problem then says so. */
  public Keys<O> removed(String... keys) {
    this.removed = keys;
    return this;
  }

  /**
   * A key with a default, for which null stands.
   *
   * @param standard as it is written in JSON
   */
  public <T> Key<T> key(String name, ValueType<T> type, Object standard) {
    return add(name, new Forms.One<>(type, standard, null));
  }

  /** A key that may be left out, or be null, which is the same. */
  public <T> Key<T> optional(String name, ValueType<T> type) {
    return add(name, new Forms.One<>(type, null, null));
  }

  /**
   * A key that must be there.
   *
   * @param standIn what takes its place while the rest is read; it is never seen, since what it
   *     stands for is a problem
   */
  public <T> Key<T> required(String name, ValueType<T> type, T standIn) {
    return add(name, new Forms.One<>(type, null, standIn));
  }

  /**
   * A list, empty by default.
   *
   * @param most the most elements that it may have
   */
  public <T> Key<List<T>> list(String name, ValueType<T> type, int most) {
    return add(name, new Forms.ListOf<>(type, most));
  }

  /**
   * Texts, each under a name that the user chooses; none by default.
   *
   * @param check throws {@link UnfitValueException} for a name or text that it refuses
   */
  public Key<Map<String, String>> texts(String name, BiConsumer<String, String> check) {
    return add(name, new Forms.Texts(check));
  }

  /** A block that is always there; left out, it has its defaults. */
  public <P> Key<P> block(String name, Keys<P> keys) {
    return add(name, new Forms.Block<>(keys, Forms.Presence.ALWAYS));
  }

  /** A block whose presence means something by itself. */
  public <P> Key<P> optionalBlock(String name, Keys<P> keys) {
    return add(name, new Forms.Block<>(keys, Forms.Presence.OPTIONAL));
  }

  /** Blocks of one kind, each under a name that the user chooses. */
  public <P> Key<Map<String, P>> named(String name, Keys<P> keys) {
    return add(name, new Forms.Named<>(keys));
  }

  /** The keys of another class, written in the same block as these. */
  public <P> Key<P> include(Keys<P> keys) {
    return add("", new Forms.Block<>(keys, Forms.Presence.INCLUDED));
  }

  /**
   * The same keys with other defaults, for another block.
   *
   * @param prototype has the defaults
   * @param hidden keys that cannot be written there, those of included classes as well
   */
  public Keys<O> as(O prototype, String... hidden) {
    return as(prototype, Set.of(hidden));
  }

  private Keys<O> as(O prototype, Set<String> hidden) {
    List<Key<?>> there = new ArrayList<>();
    all.forEach(key -> there.add(key.isIncluded() ? key.hiding(hidden) : key));
    Keys<O> keys = new Keys<>(maker, values, there, hidden);
    keys.prototype = prototype;
    return keys;
  }

  /** The same keys, some of which cannot be written. */
  Keys<O> hiding(Set<String> hidden) {
    return as(prototype == null ? make() : prototype, hidden);
  }

  private <T> Key<T> add(String name, Key.Form<T> form) {
    Key<T> key = new Key<>(name, all.size(), form);
    all.add(key);
    return key;
  }

  /** All of them, in the order in which they were declared. */
  public List<Key<?>> all() {
    return Collections.unmodifiableList(all);
  }

  /** Those that can be written, in the order in which they were declared. */
  List<Key<?>> shown() {
    return hidden.isEmpty()
        ? all()
        : all.stream().filter(key -> !hidden.contains(key.name())).toList();
  }

  /** What can be written in the block, that of included classes in their place. */
  public List<Entry> entries() {
    return entriesOf(make());
  }

  private List<Entry> entriesOf(O options) {
    List<Entry> entries = new ArrayList<>();
    for (Key<?> key : shown()) {
      entries.addAll(values.apply(options).entries(key));
    }
    return entries;
  }

  /** The same of what is included here. */
  List<Entry> entriesOfIncluded(Object options) {
    return entriesOf(cast(options));
  }

  @SuppressWarnings("unchecked") // only the form of an included key passes its own value
  private O cast(Object options) {
    return (O) options;
  }

  /** The defaults. */
  public Values defaults() {
    if (prototype != null) {
      return values.apply(prototype).copy();
    }
    @Nullable Object[] slots = new @Nullable Object[all.size()];
    for (Key<?> key : all) {
      slots[key.slot()] = key.form().standard();
    }
    return new Values(this, slots);
  }

  /**
   * Reads a block by itself.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public Values read(JsonObject json) {
    Problems problems = new Problems(null);
    Values read = readValues(ConfigObject.root(json, problems));
    problems.throwIfAny();
    return read;
  }

  O read(ConfigObject in) {
    return maker.apply(readValues(in));
  }

  private Values readValues(ConfigObject in) {
    Values read = defaults();
    read.read(shown(), in);
    in.removed(removed);
    in.end();
    return read;
  }

  /** Reads these keys out of a block that has others as well. */
  O readOnto(O present, ConfigObject in) {
    Values read = values.apply(present).copy();
    read.read(shown(), in);
    in.removed(removed);
    return maker.apply(read);
  }

  O make() {
    return maker.apply(defaults());
  }

  /** What an object of these keys is set to. */
  Values valuesOf(O options) {
    return values.apply(options);
  }

  O copy(O options) {
    return maker.apply(values.apply(options).copy());
  }

  /** What differs from the standard, or from the defaults where that is null. */
  JsonObject toJson(O options, @Nullable O standard) {
    return values
        .apply(options)
        .toJson(shown(), standard == null ? defaults() : values.apply(standard));
  }
}
