package dev.ssebridge.internal.config;

import io.vertx.core.json.Json;
import java.util.LinkedHashSet;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where the values of a configuration were written, by JSON pointer, and which are secret. */
final class Origins {
  private static final int SHORTEST_HIDDEN = 3;

  /** What is within a place begins with it and a slash, so it stands before this. */
  private static final char BEHIND_SLASH = '/' + 1;

  /** How much of a long value a message repeats at least. */
  private static final int REPEATED = 70;

  private final @Nullable String whole;
  private final NavigableMap<String, Origin> places = new TreeMap<>();
  private final Set<String> secrets = new LinkedHashSet<>();
  private final NavigableSet<String> secretPlaces = new TreeSet<>();

  /**
   * @param whole what a problem with the configuration as a whole is said of; null for nothing
   */
  Origins(@Nullable String whole) {
    this.whole = whole;
  }

  void put(String pointer, Origin origin) {
    places.put(pointer, origin);
  }

  /** What lies above, which was written over these. */
  void putAll(Origins above) {
    places.putAll(above.places);
    secrets.addAll(above.secrets);
    secretPlaces.addAll(above.secretPlaces);
  }

  /** Forgets a value, and all that is within it. */
  void remove(String pointer) {
    places.remove(pointer);
    places.subMap(pointer + "/", pointer + BEHIND_SLASH).clear();
    secretPlaces.remove(pointer);
    secretPlaces.subSet(pointer + "/", pointer + BEHIND_SLASH).clear();
  }

  /**
   * Takes note of what is never printed.
   *
   * @param pointer where the value stands
   * @return the value
   */
  Object withoutPrinting(String pointer, Object value) {
    if (value instanceof Given given && given.isSecret()) {
      secretPlaces.add(pointer);
      hide(given.text());
      given.secrets().forEach(this::hide);
    }
    return value;
  }

  /** A text that is never printed, wherever it stands. */
  void hide(String secret) {
    if (secret.length() >= SHORTEST_HIDDEN) {
      secrets.add(secret);
    }
  }

  /** Whether this is never printed, as a whole or in part, or is part of what is not. */
  boolean isSecret(String pointer) {
    if (!secretPlaces.subSet(pointer + "/", pointer + BEHIND_SLASH).isEmpty()) {
      return true;
    }
    String at = pointer;
    while (at.startsWith("/")) {
      if (secretPlaces.contains(at)) {
        return true;
      }
      at = at.substring(0, at.lastIndexOf('/'));
    }
    return false;
  }

  /** Where exactly this is written; null where it is not. */
  @Nullable Origin of(String pointer) {
    return places.get(pointer);
  }

  /** Where it is written, or what it would be within. */
  @Nullable String sourceOf(String pointer) {
    String at = pointer;
    while (at.startsWith("/")) {
      Origin origin = places.get(at);
      if (origin != null) {
        return origin.toString();
      }
      at = at.substring(0, at.lastIndexOf('/'));
    }
    return whole;
  }

  /** A message without what must not be printed. */
  String withoutSecrets(String message) {
    String left = message;
    for (String secret : secrets) {
      String shown = Json.encode(secret);
      left = left.replace(secret, "***").replace(shown.substring(1, shown.length() - 1), "***");
      if (secret.length() > REPEATED) {
        left = left.replace(secret.substring(0, REPEATED), "***");
      }
    }
    return left;
  }
}
