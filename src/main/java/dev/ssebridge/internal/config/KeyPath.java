package dev.ssebridge.internal.config;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The way to a value of a configuration.
 *
 * @param names of the blocks around it, and its own
 * @param isStructure whether the value is a block or a list
 */
record KeyPath(List<String> names, boolean isStructure) implements Comparable<KeyPath> {
  /** These names, and one more. */
  static List<String> with(List<String> names, String name) {
    List<String> more = new ArrayList<>(names);
    more.add(name);
    return List.copyOf(more);
  }

  /** The block under this key; null where there is none. */
  static @Nullable JsonObject blockIn(@Nullable JsonObject in, String key) {
    return in != null && in.getValue(key) instanceof JsonObject block ? block : null;
  }

  /** As JSON pointer (RFC 6901). */
  String pointer() {
    return names.stream()
        .map(name -> "/" + ConfigObject.escape(name))
        .collect(Collectors.joining());
  }

  /** Blocks before what is in them. */
  @Override
  public int compareTo(KeyPath other) {
    return pointer().compareTo(other.pointer());
  }
}
