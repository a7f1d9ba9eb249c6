package dev.ssebridge;

/** What a subscriber gets first whose id is of another log than the one that there is. */
public enum ResetMode {
  /** A gap, and then everything that is kept. */
  RETAINED,
  /** A gap, and then what comes from now on. */
  NEWEST
}
