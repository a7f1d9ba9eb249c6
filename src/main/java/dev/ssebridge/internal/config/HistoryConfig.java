package dev.ssebridge.internal.config;

import dev.ssebridge.HistoryOptions;
import dev.ssebridge.RecordMode;
import java.time.Duration;

/**
 * How much a channel's log keeps; the limit that is reached first evicts the oldest events.
 *
 * @param events at most this many events; 0 keeps none
 * @param bytes at most this many bytes
 * @param age no event older than this
 * @param store name of the store behind it; {@link StoreConfig#MEMORY} for none
 * @param heap how much of what a store has is kept in the heap as well
 * @param record which nodes record in the store
 */
public record HistoryConfig(
    int events, long bytes, Duration age, String store, long heap, RecordMode record) {
  static HistoryConfig of(HistoryOptions options) {
    return new HistoryConfig(
        options.getEvents(),
        options.getBytes(),
        options.getAge(),
        options.getStore(),
        options.getHeap(),
        options.getRecord());
  }

  /** Whether a store is behind it. */
  public boolean isStored() {
    return !store.equals(StoreConfig.MEMORY);
  }

  /** Whether one node at a time records for all. */
  public boolean isLeased() {
    return record == RecordMode.LEASE;
  }
}
