package dev.ssebridge.internal.store.redis;

import java.util.random.RandomGenerator;

/** Names that nobody else has. */
final class RandomToken {
  private final RandomGenerator random;

  RandomToken(RandomGenerator random) {
    this.random = random;
  }

  String next() {
    return Long.toUnsignedString(random.nextLong(), 36);
  }
}
