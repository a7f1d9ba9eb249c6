package dev.ssebridge.internal.bus;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the logs of all channels of a bridge hold together, and who is called when it is too much.
 */
public final class RetainedBytes {
  private static final System.Logger LOG = System.getLogger(RetainedBytes.class.getName());

  // set at construction
  private final long limit;
  private final Reclaimer reclaimer;

  // written by any loop
  private final AtomicLong total = new AtomicLong();
  private final AtomicBoolean reclaiming = new AtomicBoolean();
  private final LongAdder shed = new LongAdder();

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

  /** The bytes evicted so far because there were too many. */
  public long shed() {
    return shed.sum();
  }

  void onShed(long bytes) {
    shed.add(bytes);
  }

  void add(long bytes) {
    long now = bytes == 0 ? total.get() : total.addAndGet(bytes);
    if (now > limit && reclaiming.compareAndSet(false, true)) {
      // A tenth more than needed, so that this is not done for every event.
      try {
        reclaimer.reclaim(now - limit + limit / 10, () -> reclaiming.set(false));
      } catch (RuntimeException e) {
        // The event that made it too much is in its log all the same; the next one tries again.
        reclaiming.set(false);
        LOG.log(Level.ERROR, "limits.retained: making room failed", e);
      }
    }
  }
}
