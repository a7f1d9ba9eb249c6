package dev.ssebridge.internal.client;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the events of bridges that follow each other from going in circles: every event that came
 * from a source carries the names of the bridges it came over, and none passes the same one twice.
 */
final class Federation {
  /**
   * The most characters of a name and its comma. A path that is longer than {@code maxHops + 1} of
   * these is not read.
   */
  private static final int LONGEST_NAME = 80;

  private final String name;
  private final int maxHops;

  Federation(String name, int maxHops) {
    this.name = name;
    this.maxHops = maxHops;
  }

  /** What becomes of an event. */
  sealed interface Decision {}

  /** It is taken; its messages carry this path, which ends with this bridge. */
  record Take(String path) implements Decision {
    /** The first bridge it came over, or null where that is this one. */
    @Nullable String first() {
      int comma = path.indexOf(',');
      return comma < 0 ? null : path.substring(0, comma);
    }
  }

  /**
   * Where an event began, as far as bridges know.
   *
   * @param bridge the first it came over
   * @param id the id it had there
   */
  record Origin(String bridge, String id) {}

  /** It has been here. */
  record Loop(String path) implements Decision {}

  /** It came over too many bridges. */
  record TooFar(String path) implements Decision {}

  /**
   * Decides.
   *
   * @param path the event's own field, or null
   * @param remote the name of the bridge it was read from, or null if that is none
   */
  Decision decide(@Nullable String path, @Nullable String remote) {
    if (path != null && path.length() > LONGEST_NAME * (maxHops + 1)) {
      return new TooFar(path.substring(0, LONGEST_NAME));
    }
    List<String> names = new ArrayList<>();
    for (String hop : path == null ? List.<String>of() : List.of(path.split(",", -1))) {
      if (!hop.isBlank()) {
        names.add(hop.strip());
      }
    }
    if (names.isEmpty() && remote != null && !remote.isBlank()) {
      names.add(remote.strip());
    }
    String joined = String.join(",", names);
    if (names.contains(name)) {
      return new Loop(joined);
    }
    if (names.size() > maxHops) {
      return new TooFar(joined);
    }
    return new Take(joined.isEmpty() ? name : joined + "," + name);
  }

  /**
   * Where an event that is taken began; null if that cannot be told.
   *
   * @param remote the name of the bridge it was read from, or null if that is none
   */
  static @Nullable Origin origin(ServerSentEvent event, Take take, @Nullable String remote) {
    String first = take.first();
    String id = event.fields().get(SseHeaders.FIRST_ID);
    if (first == null) {
      return null;
    }
    if (id != null && !id.isEmpty()) {
      return new Origin(first, id);
    }
    boolean fromFirst = remote != null && first.equals(remote.strip());
    return fromFirst && event.id() != null ? new Origin(first, event.id()) : null;
  }

  /** Whether this is the name of this bridge. */
  boolean isNamed(@Nullable String other) {
    return other != null && name.equals(other.strip());
  }
}
