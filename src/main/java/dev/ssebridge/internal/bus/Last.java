package dev.ssebridge.internal.bus;

import java.util.concurrent.atomic.AtomicInteger;

/** The last one of several that come in any order. */
final class Last {
  private Last() {}

  /**
   * What each of several is to run when it is done; the last of them runs the task.
   *
   * @param count how many there are, 1 or more
   */
  static Runnable of(int count, Runnable task) {
    AtomicInteger left = new AtomicInteger(count);
    return () -> {
      if (left.decrementAndGet() == 0) {
        task.run();
      }
    };
  }
}
