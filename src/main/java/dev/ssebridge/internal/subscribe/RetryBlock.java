package dev.ssebridge.internal.subscribe;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.random.RandomGenerator;

/** A block that only sets the reconnection time. */
public final class RetryBlock {
  private RetryBlock() {}

  /** Between once and twice this time, so that clients that are cut off together spread out. */
  public static byte[] jittered(long millis, RandomGenerator random) {
    return ("retry: " + (millis + random.nextLong(millis + 1)) + "\n\n").getBytes(US_ASCII);
  }
}
