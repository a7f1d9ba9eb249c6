package dev.ssebridge.internal.fanout;

import java.util.Locale;

/** Why a stretch of the log did not reach a subscriber. */
public enum GapReason {
  /** It was no longer in the history when the subscriber came back. */
  EVICTED,
  /** The subscriber was too slow for it. */
  SLOW,
  /** It came from the event bus faster than the bridge could take it. */
  DROPPED,
  /** The id is of a log that is no more: of an earlier process, or of a channel made anew since. */
  EPOCH,
  /** The id is of another channel, from the future, or none that a bridge issues. */
  UNKNOWN;

  /** As it stands in events and headers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
