package dev.ssebridge.client;

import java.time.Duration;

/** What the values of options are held to. */
final class Bounds {
  private Bounds() {}

  static Duration notNegative(String what, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(what + ": expected zero or more, got " + value);
    }
    return value;
  }

  static int notNegative(String what, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + ": expected 0 or more, got " + value);
    }
    return value;
  }
}
