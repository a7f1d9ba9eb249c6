package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.fanout.StreamCounters;
import dev.ssebridge.spi.GapReason;

/**
 * What happened on some routes together.
 *
 * @param appended events appended to their logs
 * @param delivered events written to subscribers, each subscriber counted
 * @param missed events in gaps, as far as their number is known
 * @param dropped messages that did not become events, or are for nobody
 */
record Totals(long appended, long delivered, long missed, long dropped) {
  static final Totals NONE = new Totals(0, 0, 0, 0);

  /** These and what was counted of another route. */
  Totals and(StreamCounters counters) {
    long more = 0;
    for (GapReason reason : GapReason.values()) {
      more += counters.missed(reason);
    }
    return new Totals(
        appended + counters.appended(),
        delivered + counters.delivered(),
        missed + more,
        dropped + counters.dropped());
  }
}
