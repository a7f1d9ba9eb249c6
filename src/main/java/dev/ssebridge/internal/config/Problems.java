package dev.ssebridge.internal.config;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong while a configuration is read. */
final class Problems {
  private final @Nullable String source;
  private final boolean embedded;
  private final List<Problem> problems = new ArrayList<>();
  private final NavigableSet<String> places = new TreeSet<>();

  Problems(@Nullable String source) {
    this(source, false);
  }

  /**
   * @param embedded whether an application reads it, for a router of its own
   */
  Problems(@Nullable String source, boolean embedded) {
    this.source = source;
    this.embedded = embedded;
  }

  boolean isEmbedded() {
    return embedded;
  }

  void add(String place, String message) {
    problems.add(new Problem(source, place, message));
    places.add(place);
  }

  /** Whether anything is wrong with this place, or within it. */
  boolean hasAnyAt(String place) {
    String next = places.ceiling(place);
    return next != null && (next.equals(place) || next.startsWith(place + "/"));
  }

  void throwIfAny() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }
}
