package dev.ssebridge.spi;

import java.util.Locale;

/** Why a stream to a subscriber has missed events. */
public enum GapReason {
  /** They were no longer in the history when the subscriber came back. */
  EVICTED,
  /** The subscriber was too slow for them. */
  SLOW,
  /** They came from the event bus faster than the bridge could take them. */
  DROPPED,
  /** The store of the history could not take them. */
  STORE,
  /** The id is of a log that is no more: of an earlier process, or of a channel made anew since. */
  EPOCH,
  /**
   * The id is of another channel, from the future, or none that a bridge issues. Or, in the middle
   * of a history: nobody knows whether events are missing there, and how many.
   */
  UNKNOWN;

  /** As it stands in events, headers and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
