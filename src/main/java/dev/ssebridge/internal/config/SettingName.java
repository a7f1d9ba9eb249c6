package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.Suggestion;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the key that {@code http.port} or the JSON pointer {@code /http/port} is for. */
final class SettingName {
  private final JsonObject below;

  /**
   * @param below has the names that there are
   */
  SettingName(JsonObject below) {
    this.below = below;
  }

  /**
   * The key.
   *
   * @throws UnfitValueException if there is none
   */
  KeyPath find(Keys<?> keys, String name) {
    boolean isPointer = name.startsWith("/");
    String separator = isPointer ? "/" : ".";
    String whole = isPointer ? name.substring(1) : name;
    return find(keys, whole, separator, List.of(), below);
  }

  private KeyPath find(
      Keys<?> keys, String name, String separator, List<String> at, @Nullable JsonObject in) {
    int end = name.indexOf(separator);
    String first = end < 0 ? name : name.substring(0, end);
    Set<String> known = new LinkedHashSet<>();
    for (Keys.Entry entry : keys.entries()) {
      Key<?> key = entry.key();
      known.add(key.name());
      if (key.name().equals(first)) {
        List<String> path = KeyPath.with(at, first);
        return end < 0
            ? new KeyPath(path, key.isStructure())
            : findWithin(key, name.substring(end + 1), separator, path, KeyPath.blockIn(in, first));
      }
    }
    throw new UnfitValueException(
        "unknown key \""
            + PrintableText.of(first)
            + "\""
            + (at.isEmpty() ? "" : " in " + String.join(".", at))
            + ", "
            + Suggestion.nearest(first, known)
                .map(meant -> "did you mean \"" + meant + "\"?")
                .orElseGet(() -> "expected one of " + String.join(", ", known)));
  }

  private KeyPath findWithin(
      Key<?> key, String rest, String separator, List<String> at, @Nullable JsonObject in) {
    Keys<?> block = key.block();
    if (key.isTexts()) {
      return new KeyPath(KeyPath.with(at, unescaped(rest, separator)), false);
    }
    if (block == null) {
      throw new UnfitValueException("unknown key, " + String.join(".", at) + " has nothing in it");
    }
    if (!key.isNamed()) {
      return find(block, rest, separator, at, in);
    }
    String name = named(rest, separator, in);
    List<String> path = KeyPath.with(at, unescaped(name, separator));
    return name.length() == rest.length()
        ? new KeyPath(path, true)
        : find(
            block,
            rest.substring(name.length() + 1),
            separator,
            path,
            KeyPath.blockIn(in, unescaped(name, separator)));
  }

  /** The longest of the names that there are, which may hold dots; or a new one without any. */
  private static String named(String rest, String separator, @Nullable JsonObject in) {
    String longest = "";
    for (String known : in == null ? Set.<String>of() : in.fieldNames()) {
      if ((rest.equals(known) || rest.startsWith(known + separator))
          && known.length() > longest.length()) {
        longest = known;
      }
    }
    int end = rest.indexOf(separator);
    return longest.isEmpty() ? end < 0 ? rest : rest.substring(0, end) : longest;
  }

  private static String unescaped(String name, String separator) {
    return separator.equals("/") ? name.replace("~1", "/").replace("~0", "~") : name;
  }
}
