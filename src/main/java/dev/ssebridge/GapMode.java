package dev.ssebridge;

/** Whether a subscriber is told about a gap in its stream. It is counted in any case. */
public enum GapMode {
  /** By an event of its own type. */
  EVENT,
  /** Not at all. */
  SILENT
}
