package dev.ssebridge.internal.log;

import java.util.Locale;

/** Counts what goes from the logs of a route. Called by the writers of one loop. */
@FunctionalInterface
public interface Evictions {
  /** Nobody counts. */
  Evictions UNCOUNTED = (limit, events) -> {};

  /** Why events went. */
  enum Limit {
    /** The history's number of events. */
    EVENTS,
    /** The history's bytes. */
    BYTES,
    /** The history's age. */
    AGE,
    /** What all histories of the bridge may hold together. */
    RETAINED,
    /** None: the channel was given up. */
    NONE;

    /** As it stands in metrics. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** {@code events} more events can no longer be resumed from, those that were lost included. */
  void evicted(Limit limit, long events);
}
