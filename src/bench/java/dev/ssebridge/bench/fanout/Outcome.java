package dev.ssebridge.bench.fanout;

/** How a round ended: with figures, or with the reason why it is no result. */
sealed interface Outcome {
  /** Every reader got every message once and in order. */
  record Measured(Figures figures) implements Outcome {}

  /** It did not. */
  record NoResult(String reason) implements Outcome {}
}
