package dev.ssebridge.internal.config;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong while a configuration is read, and which keys the reader knows. */
final class Problems {
  static final String REQUIRED = "required";
  static final String NONE = "none";

  private final @Nullable String source;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, String> defaults = new LinkedHashMap<>();

  Problems(@Nullable String source) {
    this.source = source;
  }

  void add(String place, String message) {
    problems.add(new Problem(source, place, message));
  }

  /** Remembers that there is a key of this name, such as {@code routes.*.path}. */
  void known(String key, String defaultValue) {
    defaults.put(key, defaultValue);
  }

  /**
   * The keys that were asked for while reading, names that the user chooses written as {@code *},
   * each with its default as it would be written in JSON, {@link #REQUIRED} or {@link #NONE}.
   */
  Map<String, String> defaults() {
    return defaults;
  }

  void throwIfAny() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }
}
