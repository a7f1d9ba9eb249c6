package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.config.StoreConfig;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.Vertx;

/** The kinds of stores that a configuration may name. */
final class StoreKinds {
  private StoreKinds() {}

  /** One of this kind, which does nothing yet. */
  static HistoryStore make(Vertx vertx, StoreConfig config, Hub hub) {
    throw new UnsupportedOperationException("not yet: " + config.getClass());
  }
}
