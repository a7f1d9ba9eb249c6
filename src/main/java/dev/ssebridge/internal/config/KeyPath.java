package dev.ssebridge.internal.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The way to a value of a configuration.
 *
 * @param names of the blocks around it, and its own
 * @param isStructure whether the value is a block or a list
 */
record KeyPath(List<String> names, boolean isStructure) implements Comparable<KeyPath> {
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
