package dev.ssebridge.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** How long tests wait for what must happen: long enough for a busy machine. */
public final class Deadline {
  /** The patience of every test. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private final long end = System.nanoTime() + PATIENCE.toNanos();

  private Deadline() {}

  /** Begins now. */
  public static Deadline start() {
    return new Deadline();
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
    Deadline deadline = start();
    while (!condition.getAsBoolean()) {
      if (deadline.isOver()) {
        throw new AssertionError("in vain waited for " + expectation.get());
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
