package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceStats;
import dev.ssebridge.internal.metrics.Meter;
import dev.ssebridge.internal.metrics.Snapshot;
import java.util.Locale;
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
    for (EventSourceReason reason : EventSourceReason.values()) {
      if (!OTHER.contains(reason)) {
        String word = reason.name().toLowerCase(Locale.ROOT);
        into.add(Meter.SOURCE_RECONNECTS, counters.reconnects(reason).get(), source, word);
      }
    }
    into.add(Meter.SOURCE_EVENTS, stats.events(), source);
    into.add(Meter.SOURCE_BYTES, stats.bytes(), source);
    into.add(Meter.SOURCE_AGE, age, source);
    into.add(Meter.SOURCE_GAPS, counters.gaps.get(), source);
    into.add(Meter.SOURCE_MISSED, counters.missed.get(), source);
    into.add(Meter.SOURCE_DEAD, counters.dead.get(), source);
    into.add(Meter.SOURCE_IN_FLIGHT, Math.max(0, counters.inFlight.get()), source);
  }
}
