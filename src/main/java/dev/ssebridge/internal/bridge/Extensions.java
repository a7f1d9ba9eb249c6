package dev.ssebridge.internal.bridge;

import dev.ssebridge.spi.EventCodec;
import dev.ssebridge.spi.HistoryStore;
import java.util.Map;

/**
 * What an application brings along for all bridges of one configuration.
 *
 * @param codec for bodies that the bridge does not know
 * @param stores of history, by name
 */
public record Extensions(EventCodec codec, Map<String, HistoryStore> stores) {
  /** Nothing. */
  public static final Extensions NONE = new Extensions(EventCodec.NONE, Map.of());

  /** Copies the map. */
  public Extensions {
    stores = Map.copyOf(stores);
  }
}
