package dev.ssebridge.internal.bus;

/**
 * Which reconnection times a message may set: with next to none a client is a flood, and with a
 * huge one it never comes back.
 *
 * @param least milliseconds
 * @param most milliseconds
 */
public record RetryRange(long least, long most) {
  long clamp(long millis) {
    return Math.max(least, Math.min(most, millis));
  }
}
