package dev.ssebridge.internal.client;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A count that one thread at a time adds to, and any thread may read: costs no more than a field.
 */
final class Tally {
  private final AtomicLong count = new AtomicLong();

  /** Only on the context. */
  void add(long more) {
    count.setRelease(count.getPlain() + more);
  }

  /** Is this from now on. Only on the context. */
  void set(long value) {
    count.setRelease(value);
  }

  /** From any thread. */
  long get() {
    return count.getAcquire();
  }
}
