package dev.ssebridge.internal.config;

import io.vertx.core.json.Json;
import java.net.IDN;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the values of a configuration were written, by JSON pointer, and which are secret. */
final class Origins {
  private static final int SHORTEST_HIDDEN = 3;

  /** What is within a place begins with it and a slash, so it stands before this. */
  private static final char BEHIND_SLASH = '/' + 1;

  /** How much of a long value a message repeats at least. */
  private static final int REPEATED = 70;

  /** The host of a URL, and who asks it. */
  private static final Pattern URL =
      Pattern.compile("(?i)https?://(?:(?<user>[^/?#@]*)@)?(?<host>\\[[^\\]]*\\]|[^/?#:]*)");

  private static final Comparator<String> LONGEST_FIRST =
      Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder());

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
      add(given.text());
      given.secrets().forEach(this::hide);
      hideHost(given);
    }
    return value;
  }

  /** A text that is never printed, wherever it stands; of a URL its parts neither. */
  void hide(String secret) {
    add(secret);
    Matcher url = URL.matcher(secret);
    if (url.lookingAt()) {
      addPart(url.group("user"));
      addPart(url.group("host"));
    }
  }

  /**
   * The whole host is in the message of code that looks up its address, even if only a part of it
   * is secret.
   */
  private void hideHost(Given given) {
    Matcher url = URL.matcher(given.text());
    if (!url.lookingAt()) {
      return;
    }
    for (String secret : given.secrets()) {
      int at = secret.isEmpty() ? -1 : given.text().indexOf(secret);
      while (at >= 0) {
        if (at < url.end("host") && at + secret.length() > url.start("host")) {
          addPart(url.group("host"));
        }
        at = given.text().indexOf(secret, at + 1);
      }
    }
  }

  /** As it is written, and in its ASCII form. */
  private void addPart(@Nullable String part) {
    if (part != null && !part.isEmpty()) {
      add(part);
      try {
        add(IDN.toASCII(part, IDN.ALLOW_UNASSIGNED));
      } catch (IllegalArgumentException none) {
        // no host, so nobody tells of it as one
      }
    }
  }

  private void add(String secret) {
    if (secret.length() >= SHORTEST_HIDDEN) {
      secrets.add(secret);
    }
  }

  /** What is never printed, in all the forms in which it may come, the longest first. */
  List<String> hidden() {
    Set<String> forms = new TreeSet<>(LONGEST_FIRST);
    for (String secret : secrets) {
      String shown = Json.encode(secret);
      forms.add(secret);
      forms.add(shown.substring(1, shown.length() - 1));
      if (secret.length() > REPEATED) {
        forms.add(secret.substring(0, REPEATED));
      }
    }
    return List.copyOf(forms);
  }

  /** Whether this must never be printed, because it is secret, holds a secret or is part of one. */
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
    for (String secret : hidden()) {
      left = left.replace(secret, "***");
    }
    return left;
  }
}
