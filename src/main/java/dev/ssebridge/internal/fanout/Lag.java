package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.Sequences;
import dev.ssebridge.spi.CloseReason;

/** When a subscriber is too far behind, and where it goes on then. */
final class Lag {
  private Lag() {}

  /**
   * Whether the log has moved past the cursor, or a subscriber that had been at the head is beyond
   * one of its route's limits. A long replay is not lag.
   */
  static boolean isTooFar(Subscriber subscriber) {
    Channel channel = subscriber.channel();
    EventLog log = subscriber.log();
    if (subscriber.isPassed()) {
      return true;
    }
    LagLimits limits = channel.policy().lag();
    if (!subscriber.isLagging() || limits.equals(LagLimits.NONE)) {
      return false;
    }
    return oldestWithin(limits, channel, log, subscriber.cursor() + 1) > subscriber.cursor() + 1;
  }

  /** Goes on as the route's policy says. */
  static void settle(Subscriber subscriber) {
    Channel channel = subscriber.channel();
    EventLog log = subscriber.log();
    long oldest = Math.max(subscriber.cursor() + 1, channel.oldestIn(log));
    boolean passed = subscriber.isPassed();
    switch (channel.policy().slow()) {
      case DISCONNECT -> subscriber.close(CloseReason.SLOW);
      case GAP -> subscriber.skipTo(oldestWithin(channel.policy().lag(), channel, log, oldest) - 1);
      case LATEST -> {
        long newest = subscriber.gather().newest(log, oldest - 1, subscriber.filter());
        subscriber.skipTo(Math.max(oldest, newest) - 1);
      }
      case CONFLATE -> {
        if (passed) {
          subscriber.skipTo(oldest - 1);
        }
        subscriber.conflateUntilHead();
      }
    }
  }

  /**
   * The oldest event from this one on that is within all limits; past the head if there is none.
   */
  private static long oldestWithin(LagLimits limits, Channel channel, EventLog log, long first) {
    long head = log.head();
    long oldest = first;
    if (limits.events() != Long.MAX_VALUE) {
      oldest = Math.max(oldest, head - limits.events() + 1);
    }
    if (limits.bytes() != Long.MAX_VALUE) {
      long total = log.bytesUpTo(head);
      oldest = Sequences.first(oldest, head + 1, s -> total - log.bytesBefore(s) <= limits.bytes());
    }
    if (limits.ageMillis() != Long.MAX_VALUE) {
      long tooOld = channel.clock().getAsLong() - limits.ageMillis();
      oldest = Sequences.first(oldest, head + 1, s -> log.timeOf(s) >= tooOld);
    }
    return oldest;
  }
}
