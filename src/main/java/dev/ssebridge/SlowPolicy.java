package dev.ssebridge;

/** How a subscriber goes on that fell too far behind. */
public enum SlowPolicy {
  /** At the oldest event within the limits; what it missed is reported. */
  GAP,
  /** At the newest event; what it missed is reported. */
  LATEST,
  /** With the newest event of each key only. */
  CONFLATE,
  /** Not at all: the response ends, so that the client returns and resumes. */
  DISCONNECT
}
