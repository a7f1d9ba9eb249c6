package dev.ssebridge.internal.fanout;

/**
 * How far a subscriber that was at the head once may fall behind before its route's {@link
 * SlowPolicy} applies; as soon as one limit is passed.
 *
 * @param events at most this many events
 * @param bytes at most this many bytes of frames
 * @param ageMillis the next event to deliver is at most this old, in milliseconds
 */
public record LagLimits(long events, long bytes, long ageMillis) {

  /** Only the log itself is the limit. */
  public static final LagLimits NONE =
      new LagLimits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
}
