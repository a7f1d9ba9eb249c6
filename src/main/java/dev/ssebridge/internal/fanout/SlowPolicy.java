package dev.ssebridge.internal.fanout;

/** How it goes on with a subscriber that is too far behind. */
public enum SlowPolicy {
  /** Jump to the oldest event that is within the limits, and report the gap. */
  GAP,
  /** Jump to the newest event, and report how many were skipped. */
  LATEST,
  /** Deliver only the newest event of each key, in order, and report how many were merged. */
  CONFLATE,
  /** End the response, so that the client comes back and resumes. */
  DISCONNECT
}
