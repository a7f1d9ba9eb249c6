package dev.ssebridge.internal.store.redis;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Epochs, which are numbers in Redis and the same numbers to the base 36 in positions: milliseconds
 * and a random number below 36^4. Always growing here.
 */
final class Epochs36 {
  private static final long RANDOM_BOUND = 36L * 36 * 36 * 36;

  private final LongSupplier clock;
  private final RandomGenerator random;
  private long last;

  Epochs36(LongSupplier clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new one, later than this one and all that were made here. */
  long after(long epoch) {
    long now = clock.getAsLong() * RANDOM_BOUND + random.nextLong(RANDOM_BOUND);
    last = Math.max(now, Math.max(epoch, last) + 1);
    return last;
  }

  /** As it stands in positions. */
  static String text(long epoch) {
    return Long.toUnsignedString(epoch, 36);
  }

  /** As it is in Redis; null where it can be none. */
  static @Nullable Long number(String text) {
    try {
      return Long.parseUnsignedLong(text, 36);
    } catch (NumberFormatException other) {
      return null;
    }
  }
}
