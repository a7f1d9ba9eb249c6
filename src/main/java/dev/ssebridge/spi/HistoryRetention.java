package dev.ssebridge.spi;

/**
 * How much a store keeps of a channel; the limit that is reached first evicts the oldest events. A
 * store may keep a little more than that, for it need not evict one by one.
 *
 * @param events at most this many, 1 or more
 * @param bytes at most this many bytes of frames, 1 or more; the newest event stays
 * @param ageMillis no event older than this, 1 or more
 */
public record HistoryRetention(long events, long bytes, long ageMillis) {

  /** Checks the limits. */
  public HistoryRetention {
    if (events < 1 || bytes < 1 || ageMillis < 1) {
      throw new IllegalArgumentException(
          "retention: expected 1 or more of each, got "
              + events
              + " events, "
              + bytes
              + " bytes, "
              + ageMillis
              + " ms");
    }
  }
}
