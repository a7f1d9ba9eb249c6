package dev.ssebridge.metrics;

/** What a meter tells. */
public enum MeterKind {
  /** How often something has happened: only grows, but begins at 0 again with what it is of. */
  COUNTER,
  /** How much there is now. */
  GAUGE,
  /** How often something was how large. */
  HISTOGRAM
}
