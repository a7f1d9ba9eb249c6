package dev.ssebridge.internal.client;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The newest events that came from bridges, by where they began: in a mesh each comes several ways.
 * Thread-safe, since it is for all sources of a bridge.
 */
final class SeenEvents {
  /** Longer names of events are not kept: a remote end chooses them. */
  private static final int LONGEST = 1024;

  private final int window;
  private final Set<String> keys = new LinkedHashSet<>();

  /**
   * @param window how many are kept, 0 for none
   */
  SeenEvents(int window) {
    this.window = window;
  }

  /** The name of an event on its way to an address, or null if it has none that is kept. */
  @Nullable String key(String address, Federation.Origin origin) {
    String key = origin.bridge() + '\n' + origin.id() + '\n' + address;
    return window == 0 || key.length() > LONGEST ? null : key;
  }

  /** Whether it is the first time that this event comes. */
  synchronized boolean add(String key) {
    if (!keys.add(key)) {
      return false;
    }
    if (keys.size() > window) {
      var eldest = keys.iterator();
      eldest.next();
      eldest.remove();
    }
    return true;
  }

  /** Takes it back: the event was not handed over, and may come again. */
  synchronized void remove(String key) {
    keys.remove(key);
  }
}
