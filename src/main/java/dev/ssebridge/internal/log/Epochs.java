package dev.ssebridge.internal.log;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Makes the epoch of each new log: a name that no other log has, in this process or an earlier one,
 * so that an old id is never mistaken for a new one. Short, lower-case letters and digits, so that
 * ids need no CORS preflight. Not thread-safe beyond what clock and randomness are.
 */
public final class Epochs {
  private static final long RANDOM_BOUND = 36L * 36 * 36 * 36 * 36;

  private final LongSupplier clock;
  private final RandomGenerator random;

  /**
   * @param clock wall-clock milliseconds
   * @param random chooses among the 60 million names of one millisecond
   */
  public Epochs(LongSupplier clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new epoch of 13 characters. */
  public String next() {
    String time = Long.toString(clock.getAsLong(), 36);
    String chance = Long.toString(random.nextLong(RANDOM_BOUND), 36);
    return time + "0".repeat(5 - chance.length()) + chance;
  }
}
