package dev.ssebridge.internal.bus;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What bodies hold that are on their way, over all bridges of a Vert.x; the bridge that permits the
 * most decides. Any thread.
 */
public final class BodyBytes {
  private final AtomicLong held = new AtomicLong();

  // guarded by this
  private final List<Long> bridges = new ArrayList<>();

  // written with the lock
  private volatile long limit = Long.MAX_VALUE;

  /** Bounds it until the result is run. */
  public synchronized Runnable limit(long bytes) {
    bridges.add(bytes);
    choose();
    return () -> close(bytes);
  }

  private synchronized void close(long bytes) {
    bridges.remove(Long.valueOf(bytes));
    choose();
  }

  private void choose() {
    limit = bridges.stream().mapToLong(Long::longValue).max().orElse(Long.MAX_VALUE);
  }

  /** Counts this number of bytes more, if there is room; then they must be given back later. */
  public boolean take(long bytes) {
    if (held.addAndGet(bytes) > limit) {
      held.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Counts this number of bytes less. */
  public void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }

  /** How many there are now. */
  public long held() {
    return held.get();
  }

  /** How many there may be. */
  public long limit() {
    return limit;
  }
}
