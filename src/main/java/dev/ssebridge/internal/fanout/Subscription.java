package dev.ssebridge.internal.fanout;

import dev.ssebridge.spi.CloseReason;
import java.util.function.Consumer;

/**
 * What one subscriber asks for and is granted.
 *
 * @param filter which of the channel's addresses
 * @param maxEvents the stream ends after this number of events; {@link Long#MAX_VALUE} for never
 * @param maxAgeMillis the stream ends after this number of milliseconds; 0 for never
 * @param tooOld why it then ends
 * @param retryMillis the reconnection time to tell, or -1 to tell none
 * @param onGap told, on the subscriber's loop, of each gap once the stream was told of it; throws
 *     nothing
 * @param onClose told once, on the subscriber's loop, when the stream has ended
 */
public record Subscription(
    EventFilter filter,
    long maxEvents,
    long maxAgeMillis,
    CloseReason tooOld,
    long retryMillis,
    Consumer<Gap> onGap,
    Consumer<CloseReason> onClose) {

  /**
   * One that ends with {@link CloseReason#MAX_AGE} when it is too old, without a handler of gaps.
   */
  public Subscription(
      EventFilter filter,
      long maxEvents,
      long maxAgeMillis,
      long retryMillis,
      Consumer<CloseReason> onClose) {
    this(filter, maxEvents, maxAgeMillis, CloseReason.MAX_AGE, retryMillis, gap -> {}, onClose);
  }
}
