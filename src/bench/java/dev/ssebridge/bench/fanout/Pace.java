package dev.ssebridge.bench.fanout;

/**
 * How messages are published.
 *
 * @param messages stop after so many
 * @param seconds stop after this long
 * @param rate messages per second; 0 for as fast as the other limits permit
 * @param window messages that may be published and not yet with all readers
 * @param pipeline POSTs that may be without an answer
 */
record Pace(long messages, double seconds, int rate, int window, int pipeline) {

  /** As many as the server takes. */
  static Pace closedLoop(double seconds, int window, int pipeline) {
    return new Pace(Long.MAX_VALUE, seconds, 0, window, pipeline);
  }

  /** So many per second, whatever becomes of them. */
  static Pace rate(double seconds, int rate) {
    return new Pace(Long.MAX_VALUE, seconds, rate, Tally.MAX_OUTSTANDING, 64);
  }

  /** So many, as fast as they can be posted. */
  static Pace burst(long messages) {
    return new Pace(messages, 60, 0, Tally.MAX_OUTSTANDING, 64);
  }
}
