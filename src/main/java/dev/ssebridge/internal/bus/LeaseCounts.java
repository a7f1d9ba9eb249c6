package dev.ssebridge.internal.bus;

import java.util.concurrent.atomic.AtomicLong;

/** What the channels of one store do that one node at a time records. Any thread. */
public final class LeaseCounts {
  private final AtomicLong holding = new AtomicLong();
  private final AtomicLong standing = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong forgotten = new AtomicLong();

  void holding(long more) {
    holding.addAndGet(more);
  }

  void standing(long more) {
    standing.addAndGet(more);
  }

  void taken() {
    taken.incrementAndGet();
  }

  void forgotten(long more) {
    forgotten.addAndGet(more);
  }

  /** Channels that this node records. */
  public long holding() {
    return holding.get();
  }

  /** Channels that another node records, for which this one stands by. */
  public long standing() {
    return standing.get();
  }

  /** How often this node has begun to record a channel. */
  public long takenOver() {
    return taken.get();
  }

  /**
   * Events that this node let go of while it stood by, though it had not been told that they were
   * recorded.
   */
  public long forgottenEvents() {
    return forgotten.get();
  }
}
