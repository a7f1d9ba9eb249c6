package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.Suggestion;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key that a variable of the environment is for. Between two names are two underscores;
 * the case means nothing, in keys a single underscore neither, and names of the user's choice have
 * one for {@code -} and {@code .}.
 */
final class VariableName {
  private static final String BETWEEN = "__";

  private final JsonObject below;

  /**
   * @param below has the names that there are
   */
  VariableName(JsonObject below) {
    this.below = below;
  }

  /** The name of the variable for a key. */
  static String of(List<String> names) {
    StringBuilder variable = new StringBuilder("SSE_BRIDGE");
    for (String name : names) {
      variable
          .append(BETWEEN)
          .append(
              name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
                  .replaceAll("[-.]", "_")
                  .toUpperCase(Locale.ROOT));
    }
    return variable.toString();
  }

  /** All keys it fits; one if it is a good name. */
  List<KeyPath> find(Keys<?> keys, String name) {
    List<KeyPath> found = new ArrayList<>();
    find(keys, name, List.of(), below, found);
    return found;
  }

  private void find(
      Keys<?> keys, String name, List<String> at, @Nullable JsonObject in, List<KeyPath> found) {
    int end = name.indexOf(BETWEEN);
    String first = end < 0 ? name : name.substring(0, end);
    String rest = end < 0 ? "" : name.substring(end + BETWEEN.length());
    for (Keys.Entry entry : keys.entries()) {
      Key<?> key = entry.key();
      if (!key.name().equalsIgnoreCase(first.replace("_", ""))) {
        continue;
      }
      List<String> path = KeyPath.with(at, key.name());
      Keys<?> block = key.block();
      if (end < 0) {
        found.add(new KeyPath(path, key.isStructure()));
      } else if (key.isNamed() || key.isTexts()) {
        findNamed(key, rest, path, KeyPath.blockIn(in, key.name()), found);
      } else if (block != null) {
        find(block, rest, path, KeyPath.blockIn(in, key.name()), found);
      }
    }
  }

  private void findNamed(
      Key<?> key, String name, List<String> at, @Nullable JsonObject in, List<KeyPath> found) {
    Keys<?> block = key.block();
    boolean isNew = true;
    for (String known : in == null ? Set.<String>of() : in.fieldNames()) {
      String written = known.replaceAll("[-.]", "_").toUpperCase(Locale.ROOT);
      String upper = name.toUpperCase(Locale.ROOT);
      if (upper.equals(written)) {
        isNew = false;
        found.add(new KeyPath(KeyPath.with(at, known), block != null));
      } else if (block != null && upper.startsWith(written + BETWEEN)) {
        isNew = false;
        String rest = name.substring(written.length() + BETWEEN.length());
        find(block, rest, KeyPath.with(at, known), KeyPath.blockIn(in, known), found);
      }
    }
    if (isNew && block != null && !name.contains(BETWEEN) && !name.isEmpty()) {
      found.add(new KeyPath(KeyPath.with(at, name.toLowerCase(Locale.ROOT)), true));
    }
  }

  /** What is to be said of a name that fits no key. */
  String unknown(Keys<?> keys, String name) {
    return unknown(keys, name, List.of(), below);
  }

  private String unknown(Keys<?> keys, String name, List<String> at, @Nullable JsonObject in) {
    int end = name.indexOf(BETWEEN);
    String first = (end < 0 ? name : name.substring(0, end)).replace("_", "");
    String rest = end < 0 ? "" : name.substring(end + BETWEEN.length());
    Set<String> known = new TreeSet<>();
    for (Keys.Entry entry : keys.entries()) {
      Key<?> key = entry.key();
      known.add(of(List.of(key.name())).substring("SSE_BRIDGE__".length()));
      if (key.name().equalsIgnoreCase(first)) {
        return unknownWithin(
            key, rest, KeyPath.with(at, key.name()), KeyPath.blockIn(in, key.name()));
      }
    }
    String wrong = end < 0 ? name : name.substring(0, end);
    return "fits no key, "
        + Suggestion.nearest(wrong.toUpperCase(Locale.ROOT), known)
            .map(meant -> "did you mean " + of(KeyPath.with(at, "")) + meant + "?")
            .orElse(
                "expected " + of(KeyPath.with(at, "")) + " and one of " + String.join(", ", known));
  }

  private String unknownWithin(Key<?> key, String rest, List<String> at, @Nullable JsonObject in) {
    Keys<?> block = key.block();
    if (block == null && !key.isTexts()) {
      return "fits no key, as " + of(at) + " has nothing in it";
    }
    if (block != null && !key.isNamed()) {
      return unknown(block, rest, at, in);
    }
    Set<String> names = in == null ? Set.of() : in.fieldNames();
    for (String known : names) {
      String written = known.replaceAll("[-.]", "_").toUpperCase(Locale.ROOT) + BETWEEN;
      if (block != null && rest.toUpperCase(Locale.ROOT).startsWith(written)) {
        return unknown(
            block,
            rest.substring(written.length()),
            KeyPath.with(at, known),
            KeyPath.blockIn(in, known));
      }
    }
    return "fits no key, expected one of the names in "
        + String.join(".", at)
        + ", which are "
        + (names.isEmpty() ? "none" : String.join(", ", names))
        + "; a new one is given whole, "
        + of(at)
        + (block == null ? "='{\"NAME\": \"TEXT\"}'" : BETWEEN + "NAME='{...}'");
  }
}
