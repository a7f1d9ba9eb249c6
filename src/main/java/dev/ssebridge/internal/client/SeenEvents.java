package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.FederationConfig;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The newest events that came from bridges, by where they began: in a mesh each comes several ways.
 * Thread-safe, since it is for all sources of a bridge.
 */
final class SeenEvents implements Shareable {
  /** Longer names of events are not kept: a remote end chooses them. */
  private static final int LONGEST = 1024;

  private static final String MAP = "dev.ssebridge.seen";

  private final int window;
  private final Map<String, Sighting> sightings = new LinkedHashMap<>();
  private int users;

  /**
   * @param window how many are kept, 0 for none
   */
  SeenEvents(int window) {
    this.window = window;
  }

  /** Those of all sources of a Vert.x that belong to one bridge, however they are deployed. */
  static SeenEvents of(Vertx vertx, FederationConfig config) {
    return vertx
        .sharedData()
        .<String, SeenEvents>getLocalMap(MAP)
        .computeIfAbsent(
            config.nameIn(vertx) + " " + config.window(), key -> new SeenEvents(config.window()));
  }

  /** Somebody's sources are followed. */
  synchronized void join() {
    users++;
  }

  /**
   * They are not any more. With the last of them all is forgotten: the history that the events went
   * into may be gone as well, and what the other end gives again is no copy.
   */
  synchronized void leave() {
    users--;
    if (users == 0) {
      sightings.clear();
    }
  }

  /** The first time that an event came, and what became of it. Thread-safe. */
  static final class Sighting {
    private final String key;
    private @Nullable Boolean handedOver;
    private List<Consumer<Boolean>> waiting = List.of();

    Sighting(String key) {
      this.key = key;
    }

    /** It is done with: handed over, or given up without. */
    void over(boolean isHandedOver) {
      List<Consumer<Boolean>> told;
      synchronized (this) {
        handedOver = isHandedOver;
        told = waiting;
        waiting = List.of();
      }
      told.forEach(copy -> copy.accept(isHandedOver));
    }

    /** Tells a copy of the event what became of the first, now or later, on whatever thread. */
    void whenOver(Consumer<Boolean> copy) {
      Boolean known;
      synchronized (this) {
        known = handedOver;
        if (known == null) {
          waiting = new ArrayList<>(waiting);
          waiting.add(copy);
        }
      }
      if (known != null) {
        copy.accept(known);
      }
    }
  }

  /** The name of an event on its way to an address, or null if it has none that is kept. */
  @Nullable String key(String address, Federation.Origin origin) {
    String key = origin.bridge() + '\n' + origin.id() + '\n' + address;
    return window == 0 || key.length() > LONGEST ? null : key;
  }

  /** The first sighting of the same event if it came before, or null, and this is the first one. */
  synchronized @Nullable Sighting add(Sighting first) {
    Sighting before = sightings.putIfAbsent(first.key, first);
    if (before == null && sightings.size() > window) {
      var eldest = sightings.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    return before;
  }

  /** Takes it back: the event was not handed over, and may come again. */
  void remove(Sighting first) {
    synchronized (this) {
      sightings.remove(first.key, first);
    }
    first.over(false);
  }
}
