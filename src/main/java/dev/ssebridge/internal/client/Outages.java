package dev.ssebridge.internal.client;

import dev.ssebridge.internal.address.AddressTemplate;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The sources of a Vert.x whose routes were told last that they are not open: so that they are told
 * when one comes back that was stopped, or deployed anew, meanwhile. One is known by its bridge,
 * its name and its address, as those who are told are the readers of that. Thread-safe.
 */
final class Outages implements Shareable {
  private static final String MAP = "dev.ssebridge.outages";

  /** How many are remembered. */
  static final int MOST = 10_000;

  private final Set<String> down = new LinkedHashSet<>();

  /** Those of this Vert.x. */
  static Outages of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, Outages>getLocalMap(MAP)
        .computeIfAbsent("sources", key -> new Outages());
  }

  /** How a source is known here. */
  static String key(String bridge, String source, AddressTemplate address) {
    return bridge + '\n' + source + '\n' + address;
  }

  /** Whether the last that was told of this source is that it is not open. */
  synchronized boolean has(String key) {
    return down.contains(key);
  }

  /** It was told that this source is not open. */
  synchronized void began(String key) {
    down.add(key);
    if (down.size() > MOST) {
      var eldest = down.iterator();
      eldest.next();
      eldest.remove();
    }
  }

  /** It is told that this source is open again. */
  synchronized void ended(String key) {
    down.remove(key);
  }
}
