package dev.ssebridge.internal.fanout;

import dev.ssebridge.spi.CloseReason;

/**
 * What one subscriber asks for and is granted.
 *
 * @param filter which of the channel's addresses
 * @param maxEvents the stream ends after this number of events; {@link Long#MAX_VALUE} for never
 * @param maxAgeMillis the stream ends after this number of milliseconds; 0 for never
 * @param tooOld why it then ends
 * @param retryMillis the reconnection time to tell, or -1 to tell none
 * @param listener of the stream
 */
public record Subscription(
    EventFilter filter,
    long maxEvents,
    long maxAgeMillis,
    CloseReason tooOld,
    long retryMillis,
    Listener listener) {

  /** Who is told of a stream, on its loop. */
  @FunctionalInterface
  public interface Listener {
    /** It has ended. Once. */
    void onClosed(CloseReason reason);

    /** Events were missed, and the stream was told of it. Throws nothing. */
    default void onGap(Gap gap) {}
  }

  /** One that ends with {@link CloseReason#MAX_AGE} when it is too old. */
  public Subscription(
      EventFilter filter, long maxEvents, long maxAgeMillis, long retryMillis, Listener listener) {
    this(filter, maxEvents, maxAgeMillis, CloseReason.MAX_AGE, retryMillis, listener);
  }
}
