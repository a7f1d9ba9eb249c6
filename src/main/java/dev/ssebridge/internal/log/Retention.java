package dev.ssebridge.internal.log;

/**
 * How much history a log keeps; the limit that is reached first evicts the oldest events. The
 * newest event stays until it is too old, even when it alone is larger than {@code bytes}.
 *
 * @param events at most this many events; 0 keeps none
 * @param bytes at most this many bytes, what an event costs in memory counted
 * @param ageMillis no event older than this, in milliseconds
 */
public record Retention(int events, long bytes, long ageMillis) {

  /** Checks the limits. */
  public Retention {
    if (events < 0 || bytes < 1 || ageMillis < 0) {
      throw new IllegalArgumentException(
          "retention: expected events >= 0, bytes >= 1, age >= 0, got "
              + events
              + " events, "
              + bytes
              + " bytes, "
              + ageMillis
              + " ms");
    }
  }
}
