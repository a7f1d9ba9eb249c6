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
  private final Origins origins;
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
    this(new Origins(source), embedded);
  }

  /**
   * @param origins say where a place is written
   */
  Problems(Origins origins, boolean embedded) {
    this.origins = origins;
    this.embedded = embedded;
  }

  Origins origins() {
    return origins;
  }

  boolean isEmbedded() {
    return embedded;
  }

  void add(String place, String message) {
    add(origins.sourceOf(place), place, message);
  }

  /** One of a source that need not be part of the configuration. */
  void add(@Nullable String source, String place, String message) {
    problems.add(new Problem(source, place, origins.withoutSecrets(message)));
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
