package dev.ssebridge.internal.address;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.Set;
import java.util.function.Supplier;

/** The addresses that routes of a Vert.x consume at present. Thread-safe. */
public final class ConsumedAddresses implements Shareable {
  private static final String MAP = "dev.ssebridge.addresses";
  private static final String KEY = "consumed";

  private final Supplier<Set<String>> now;

  private ConsumedAddresses(Supplier<Set<String>> now) {
    this.now = now;
  }

  /** Has others ask for them. */
  public static void tell(Vertx vertx, Supplier<Set<String>> now) {
    vertx
        .sharedData()
        .<String, ConsumedAddresses>getLocalMap(MAP)
        .put(KEY, new ConsumedAddresses(now));
  }

  /** Those of this Vert.x; none where there is no bridge. */
  public static Set<String> of(Vertx vertx) {
    ConsumedAddresses known =
        vertx.sharedData().<String, ConsumedAddresses>getLocalMap(MAP).get(KEY);
    return known == null ? Set.of() : known.now.get();
  }
}
