package dev.ssebridge.internal.store.file;

import java.time.Duration;

/**
 * When what is written is forced onto the disk. A process that is killed loses nothing in any case;
 * this is about a machine that loses power.
 *
 * @param interval how long after a write at most; zero: before an append is completed; negative:
 *     when the operating system does it
 */
public record Fsync(Duration interval) {
  /** Leaves it to the operating system. */
  public static final Fsync NEVER = new Fsync(Duration.ofMillis(-1));

  /** Before an append is completed; appends that come meanwhile share the next one. */
  public static final Fsync ALWAYS = new Fsync(Duration.ZERO);

  /** Once a second. */
  public static final Fsync EACH_SECOND = new Fsync(Duration.ofSeconds(1));

  /** Whether nothing is completed before it is on the disk. */
  public boolean isAlways() {
    return interval.isZero();
  }

  /** Whether it is left to the operating system. */
  public boolean isNever() {
    return interval.isNegative();
  }
}
