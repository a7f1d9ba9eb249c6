package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.Suggestion;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of a configuration while it is read. A value that is missing or wrong is noted as
 * a problem and reading goes on, so that all problems are found at once. A reader that has read all
 * keys calls {@link #end()}, which notes the keys that nobody asked for.
 */
final class ConfigObject {
  private static final Pattern NAME = Pattern.compile(TextForms.NAME);

  private final JsonObject json;
  private final String pointer;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();
  private final Set<String> removed = new HashSet<>();

  private ConfigObject(JsonObject json, String pointer, Problems problems) {
    this.json = json;
    this.pointer = pointer;
    this.problems = problems;
  }

  static ConfigObject root(JsonObject json, Problems problems) {
    return new ConfigObject(json, "", problems);
  }

  /** What the key has; null if that is none or wrong, which has been noted then. */
  <T> @Nullable T get(Key<?> key, ValueType<T> type) {
    known.add(key.name());
    return isNone(json.getValue(key.name())) ? null : read(key, type);
  }

  /** The same for a key that must be there. */
  <T> @Nullable T required(Key<?> key, ValueType<T> type) {
    T value = get(key, type);
    if (!json.containsKey(key.name())) {
      problem(key.name(), "missing, this key is required");
    } else if (isNone(json.getValue(key.name()))) {
      problem(key.name(), "expected a value, as this key is required, got null");
    }
    return value;
  }

  /** A list that may be left out, or be null; wrong elements are noted and left out. */
  <T> @Nullable List<T> optionalList(Key<?> key, ValueType<T> type, int max) {
    String name = key.name();
    known.add(name);
    Object value = structure(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof JsonArray array) || array.isEmpty() || array.size() > max) {
      problem(name, misfit(key, "a list of 1.." + max + " values", value));
      return null;
    }
    List<T> list = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      T element = read(key.isSecret(), pointer(name) + "/" + i, array.getValue(i), type);
      if (element != null) {
        list.add(element);
      }
    }
    return Collections.unmodifiableList(list);
  }

  /**
   * Texts, each under a name that the user chose; none by default.
   *
   * @param check throws {@link UnfitValueException} for a name or text it refuses
   */
  Map<String, String> texts(Key<?> key, BiConsumer<String, String> check) {
    known.add(key.name());
    Object value = structure(key.name());
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof JsonObject object)) {
      problem(key.name(), misfit(key, "a JSON object of texts", value));
      return Map.of();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, String> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : object.fieldNames()) {
      String first = names.putIfAbsent(name, name);
      if (first != null) {
        duplicate(pointer(key.name()), first, name);
      }
      if (first != null || isNone(object.getValue(name))) {
        continue;
      }
      ValueType<String> type =
          json -> {
            String text = secretText(json);
            check.accept(name, text);
            return text;
          };
      String text =
          read(false, pointer(key.name()) + "/" + escape(name), object.getValue(name), type);
      if (text != null) {
        texts.put(name, text);
      }
    }
    return Collections.unmodifiableMap(texts);
  }

  /** A block of keys which all have defaults; read as empty when it is left out, or null. */
  <T> T block(Key<?> key, Function<ConfigObject, T> reader) {
    known.add(key.name());
    Object value = structure(key.name());
    return readBlock(key, value == null ? new JsonObject() : value, reader);
  }

  /** A block whose presence means something by itself. */
  <T> @Nullable T optionalBlock(Key<?> key, Function<ConfigObject, T> reader) {
    known.add(key.name());
    Object value = key.textKey() == null ? structure(key.name()) : blockOrText(key, key.textKey());
    return value == null ? null : readBlock(key, value, reader);
  }

  /** A block of blocks of one kind, each under a name that the user chose. */
  <T> Map<String, T> named(Key<?> key, Function<ConfigObject, T> reader) {
    return block(key, names -> names.readNamed(reader));
  }

  /** A block or a list, or whatever is in its place; from outside it comes as JSON. */
  private @Nullable Object structure(String key) {
    Object value = json.getValue(key);
    if (!(value instanceof Given given)) {
      return value;
    }
    if (given.isNoted()) {
      return null;
    }
    try {
      return given.json(problems.origins());
    } catch (UnfitValueException unfit) {
      problem(key, unfit);
      return null;
    }
  }

  private @Nullable Object blockOrText(Key<?> key, String textKey) {
    Object value = json.getValue(key.name());
    String text = value instanceof Given given && !given.isNoted() ? given.text() : null;
    boolean isText = text != null && !isNone(value) && !text.strip().startsWith("{");
    return isText || value instanceof String
        ? new JsonObject().put(textKey, value)
        : structure(key.name());
  }

  /** Whether nothing is said: by null, by the word null from outside, or by nothing at all. */
  private static boolean isNone(@Nullable Object value) {
    return value == null || (value instanceof Given given && given.isNull());
  }

  /** Notes a name that is there already, in another case. */
  private void duplicate(String within, String first, String name) {
    Origin origin = problems.origins().of(within + "/" + escape(first));
    problems.add(
        within + "/" + escape(name),
        "duplicate key, the same name as \""
            + first
            + "\""
            + (origin == null ? "" : ", which is at " + origin)
            + "; case makes no other name here, leave one of the two out");
  }

  /** Notes a problem with this key. */
  void problem(String key, String message) {
    problems.add(pointer(key), message);
  }

  /** The JSON pointer (RFC 6901) of this key. */
  String pointer(String key) {
    return pointer + "/" + escape(key);
  }

  /** The JSON pointer of what is called so in this block of the configuration. */
  static String pointer(String block, String name) {
    return "/" + block + "/" + escape(name);
  }

  /** A key as one token of a JSON pointer (RFC 6901, section 3). */
  static String escape(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  /** Keys that older versions had; the problem then says so. */
  void removed(String... keys) {
    for (String key : keys) {
      if (json.containsKey(key)) {
        removed.add(key);
        problem(key, "removed, delete it");
      }
    }
  }

  /** Notes every key that was never asked for. */
  void end() {
    for (String key : json.fieldNames()) {
      if (!known.contains(key) && !removed.contains(key)) {
        problem(
            key,
            "unknown key, "
                + Suggestion.nearest(key, known)
                    .map(meant -> "did you mean \"" + meant + "\"?")
                    .orElseGet(this::expectedKeys));
      }
    }
  }

  private String expectedKeys() {
    return known.stream().collect(Collectors.joining("\", \"", "expected one of \"", "\""));
  }

  private <T> @Nullable T read(Key<?> key, ValueType<T> type) {
    return read(key.isSecret(), pointer(key.name()), json.getValue(key.name()), type);
  }

  private <T> @Nullable T read(
      boolean isSecret, String place, @Nullable Object value, ValueType<T> type) {
    Given given = value instanceof Given text ? text : null;
    if (given != null && given.isNoted()) {
      return null;
    }
    try {
      return type.read(given == null ? value : type.fromText(given.text()));
    } catch (UnfitValueException unfit) {
      boolean isHidden = given != null && given.isSecret();
      UnfitValueException told = isHidden ? unfit.hidden() : unfit;
      if (isSecret && given == null && !(value instanceof String)) {
        told = UnfitValueException.expectedSecret("a text");
      }
      problems.add(place, String.valueOf(told.getMessage()));
      return null;
    }
  }

  private static String secretText(@Nullable Object json) {
    try {
      return ValueType.text().read(json);
    } catch (UnfitValueException unfit) {
      throw UnfitValueException.expectedSecret(
          "text that is not blank, without control characters");
    }
  }

  private static UnfitValueException misfit(Key<?> key, String what, @Nullable Object value) {
    return key.isSecret()
        ? UnfitValueException.expectedSecret(what)
        : UnfitValueException.expected(what, value);
  }

  private void problem(String key, UnfitValueException unfit) {
    problem(key, String.valueOf(unfit.getMessage()));
  }

  private <T> T readBlock(Key<?> key, @Nullable Object value, Function<ConfigObject, T> reader) {
    JsonObject content = new JsonObject();
    if (value instanceof JsonObject object) {
      content = object;
    } else {
      problem(key.name(), misfit(key, "a JSON object", value));
    }
    return reader.apply(new ConfigObject(content, pointer(key.name()), problems));
  }

  /** What is wrong with a name of the user's choice; it is in URLs, logs and variables. */
  static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new UnfitValueException(
          "expected a name of 1..64 of A-Z a-z 0-9 _ . -, got " + UnfitValueException.show(name));
    }
  }

  private <T> Map<String, T> readNamed(Function<ConfigObject, T> reader) {
    Map<String, T> blocks = new LinkedHashMap<>();
    for (String name : json.fieldNames()) {
      if (!NAME.matcher(name).matches()) {
        problem(name, "expected a name of 1..64 of A-Z a-z 0-9 _ . -");
      }
      Object value = structure(name);
      if (value == null) {
        continue; // none, or noted
      }
      if (value instanceof JsonObject content) {
        blocks.put(name, reader.apply(new ConfigObject(content, pointer(name), problems)));
      } else {
        problem(name, UnfitValueException.expected("a JSON object", value));
      }
    }
    return Collections.unmodifiableMap(blocks);
  }
}
