package dev.ssebridge.internal.bus;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the logs of all channels of a bridge hold together, and who is called when it is too much.
 */
public final class RetainedBytes {
  private final long limit;
  private final AtomicLong total = new AtomicLong();
  private final AtomicBoolean reclaiming = new AtomicBoolean();
  private final Reclaimer reclaimer;

  /** Makes room. */
  @FunctionalInterface
  public interface Reclaimer {
    /**
     * Sheds at least so many bytes, and says when that is done. On the loop of a writer.
     *
     * @param done to be run once, on any thread
     */
    void reclaim(long bytes, Runnable done);
  }

  /**
   * @param limit in bytes
   */
  public RetainedBytes(long limit, Reclaimer reclaimer) {
    this.limit = limit;
    this.reclaimer = reclaimer;
  }

  /** The bytes held now. */
  public long total() {
    return total.get();
  }

  void add(long bytes) {
    long now = bytes == 0 ? total.get() : total.addAndGet(bytes);
    if (now > limit && reclaiming.compareAndSet(false, true)) {
      // A tenth more than needed, so that this is not done for every event.
      reclaimer.reclaim(now - limit + limit / 10, () -> reclaiming.set(false));
    }
  }
}
