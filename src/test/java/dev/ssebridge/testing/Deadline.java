package dev.ssebridge.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** How long tests wait for what must happen: long enough for a busy machine. */
public final class Deadline {
  /** The patience of every test. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private final long end;

  private Deadline(Duration patience) {
    end = System.nanoTime() + patience.toNanos();
  }

  /** Begins now. */
  public static Deadline start() {
    return new Deadline(PATIENCE);
  }

  /** Milliseconds left, at least 1. */
  public long leftMillis() {
    return Math.max(1, (end - System.nanoTime()) / 1_000_000);
  }

  /** Whether it is over. */
  public boolean isOver() {
    return System.nanoTime() >= end;
  }

  /** Returns once the condition holds, or fails with what is said of it. */
  public static void await(BooleanSupplier condition, Supplier<String> expectation) {
    await(PATIENCE, condition, expectation);
  }

  /** The same with more patience, for what takes long. */
  public static void await(
      Duration patience, BooleanSupplier condition, Supplier<String> expectation) {
    Deadline deadline = new Deadline(patience);
    while (!condition.getAsBoolean()) {
      if (deadline.isOver()) {
        throw new AssertionError("in vain waited for " + expectation.get());
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
