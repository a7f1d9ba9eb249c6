package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceStats;
import dev.ssebridge.internal.metrics.Meter;
import dev.ssebridge.internal.metrics.Snapshot;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a source has done, as meters show it.
 *
 * @param source its name
 */
record SourceMetrics(String source, Snapshot into) {
  /** Why a connection does not end that is made again. */
  private static final Set<EventSourceReason> OTHER =
      Set.of(
          EventSourceReason.STARTED,
          EventSourceReason.RECONNECTING,
          EventSourceReason.OPENED,
          EventSourceReason.NO_CONTENT,
          EventSourceReason.UNSENDABLE_LAST_EVENT_ID,
          EventSourceReason.ATTEMPTS_EXHAUSTED,
          EventSourceReason.TIME_EXHAUSTED,
          EventSourceReason.HANDLER_FAILED,
          EventSourceReason.CLOSED);

  /**
   * @param state where it stands
   * @param age seconds since the last event
   */
  void add(String state, double age, EventSourceStats stats, SourceCounters counters) {
    for (String each : SourceStatus.STATES) {
      into.add(Meter.SOURCE_STATE, each.equals(state) ? 1 : 0, source, each);
    }
    add(stats.events(), stats.bytes(), age, counters);
  }

  /**
   * The same of a source with many streams.
   *
   * @param states how many streams are in each
   * @param unfollowed how many are listened to and have no place
   * @param sums what all streams have counted
   */
  void addMany(
      Map<String, Integer> states,
      long unfollowed,
      double age,
      ManyCounters many,
      ManyCounters.Sums sums,
      SourceCounters counters) {
    for (String each : SourceStatus.STATES) {
      into.add(Meter.SOURCE_STATE, states.getOrDefault(each, 0), source, each);
    }
    into.add(Meter.SOURCE_UNFOLLOWED, unfollowed, source);
    into.add(Meter.SOURCE_TURNED_AWAY, many.turnedAway.get(), source);
    add(sums.events(), sums.bytes(), age, counters);
  }

  private void add(long events, long bytes, double age, SourceCounters counters) {
    for (EventSourceReason reason : EventSourceReason.values()) {
      if (!OTHER.contains(reason)) {
        String word = reason.name().toLowerCase(Locale.ROOT);
        into.add(Meter.SOURCE_RECONNECTS, counters.reconnects(reason).get(), source, word);
      }
    }
    into.add(Meter.SOURCE_EVENTS, events, source);
    into.add(Meter.SOURCE_BYTES, bytes, source);
    into.add(Meter.SOURCE_AGE, age, source);
    into.add(Meter.SOURCE_GAPS, counters.gaps.get(), source);
    into.add(Meter.SOURCE_MISSED, counters.missed.get(), source);
    into.add(Meter.SOURCE_DEAD, counters.dead.get(), source);
    into.add(Meter.SOURCE_IN_FLIGHT, Math.max(0, counters.inFlight.get()), source);
  }
}
