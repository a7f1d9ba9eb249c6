package dev.ssebridge.internal.client;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The sources of a Vert.x whose routes were told last that they are not open, by name: so that they
 * are told when one comes back that was stopped, or deployed anew, meanwhile. Thread-safe.
 */
final class Outages implements Shareable {
  private static final String MAP = "dev.ssebridge.outages";

  /** So many names are remembered. */
  static final int MOST = 10_000;

  private final Set<String> down = new LinkedHashSet<>();

  /** Those of this Vert.x. */
  static Outages of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, Outages>getLocalMap(MAP)
        .computeIfAbsent("sources", key -> new Outages());
  }

  /** Whether the last that was told of this source is that it is not open. */
  synchronized boolean has(String source) {
    return down.contains(source);
  }

  /** It was told that this source is not open. */
  synchronized void began(String source) {
    down.add(source);
    if (down.size() > MOST) {
      var eldest = down.iterator();
      eldest.next();
      eldest.remove();
    }
  }

  /** It is told that this source is open again. */
  synchronized void ended(String source) {
    down.remove(source);
  }
}
