package dev.ssebridge.internal.fanout;

/**
 * How far a subscriber is behind its channel: what is there for it, and was not written to it.
 * Immutable.
 *
 * @param events of the channel, no matter for whom they are
 * @param bytes of those that are retained
 * @param millis since the oldest of those was appended
 */
public record Behind(long events, long bytes, long millis) {
  static final Behind NOT_AT_ALL = new Behind(0, 0, 0);
}
