package dev.ssebridge.internal.client;

import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next connection. Plain values and chance passed in.
 *
 * <p>The first wait is the reconnection time: the server's {@code retry:} if it gave one, else the
 * configured one. It doubles with every further failure in a row, up to a maximum. Chance only ever
 * makes a wait longer: a server that asks for ten seconds is not called after nine.
 */
final class Backoff {
  /** No wait is shorter, so that nothing a server sends makes a hot loop. */
  static final long SHORTEST = 10;

  /** No {@code retry:} or {@code Retry-After} is taken for longer than a day. */
  static final long LONGEST = 86_400_000;

  /** What the second wait is at least: doubling next to nothing gives next to nothing. */
  private static final long STEP = 100;

  private final long configured;
  private final long maximum;
  private final ServerRange range;
  private final double jitter;
  private final DoubleSupplier chance;

  private long serverRetry = -1;

  /**
   * What a server's {@code retry:} is kept within, besides {@link #SHORTEST} and {@link #LONGEST}.
   *
   * @param shortest milliseconds
   * @param longest milliseconds, not fewer
   */
  record ServerRange(long shortest, long longest) {
    static final ServerRange WIDEST = new ServerRange(SHORTEST, LONGEST);

    long clamp(long millis) {
      return Backoff.clamp(Math.max(shortest, Math.min(longest, millis)));
    }
  }

  Backoff(long configured, long maximum, double jitter, DoubleSupplier chance) {
    this(configured, maximum, ServerRange.WIDEST, jitter, chance);
  }

  /**
   * @param configured milliseconds until the server says otherwise
   * @param maximum milliseconds that doubling stops at
   * @param range what the server may say
   * @param jitter the part of a wait that chance may add, 0..1
   * @param chance numbers from 0 to 1
   */
  Backoff(long configured, long maximum, ServerRange range, double jitter, DoubleSupplier chance) {
    this.configured = configured;
    this.maximum = maximum;
    this.range = range;
    this.jitter = jitter;
    this.chance = chance;
  }

  /** The server's {@code retry:}, in milliseconds; it holds over reconnections. */
  void serverRetry(long millis) {
    serverRetry = range.clamp(millis);
  }

  /** The reconnection time in milliseconds, without doubling and chance. */
  long reconnectionTime() {
    return serverRetry >= 0 ? serverRetry : clamp(configured);
  }

  /**
   * Milliseconds to wait.
   *
   * @param failures failures in a row; 0 after a stream that delivered
   * @param floor milliseconds the server asked for with {@code Retry-After}, or 0
   */
  long delay(int failures, long floor) {
    long wait = Math.max(doubled(failures), Math.min(floor, LONGEST));
    long longer = wait + (long) (chance.getAsDouble() * jitter * wait);
    // Clients that wait the maximum were spread by the waits before; a wait that the server asks
    // for is not spread.
    return wait <= maximum ? Math.min(longer, maximum) : longer;
  }

  private long doubled(int failures) {
    long base = reconnectionTime();
    if (failures <= 1) {
      return base;
    }
    long cap = Math.max(base, maximum);
    int doublings = Math.min(failures - 1, 40);
    long step = Math.max(base << doublings, STEP << (doublings - 1));
    return Math.min(cap, step);
  }

  private static long clamp(long millis) {
    return Math.max(SHORTEST, Math.min(LONGEST, millis));
  }
}
