package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.log.EventLog;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The batches made last, so that subscribers who stand at the same place of a log share them: this
 * is what makes an event cost one gathering for all. One per loop; holds {@value #SIZE} batches at
 * most, and none for longer than a tick of the loop's wheel.
 */
final class BatchCache {
  private static final int SIZE = 16;

  private final Runnable onUse;
  private final @Nullable Slot[] slots = new @Nullable Slot[SIZE];
  private int next;
  private boolean used;

  /**
   * @param onUse told when it holds something again, and clears it soon
   */
  BatchCache(Runnable onUse) {
    this.onUse = onUse;
  }

  /**
   * The caller owns what it gets: one that ended with the log does not count any more once that has
   * gone on, so that what came during a walk goes along in the same write.
   */
  @Nullable Batch get(EventLog log, long from, EventFilter filter) {
    for (Slot slot : slots) {
      if (slot != null && slot.batch.from() == from && slot.log == log) {
        if (slot.filter.equals(filter) && (!slot.untilHead || slot.batch.to() == log.head())) {
          return slot.batch.retain();
        }
      }
    }
    return null;
  }

  /** Keeps a batch, beside its owner. */
  void put(EventLog log, EventFilter filter, Batch batch) {
    Slot old = slots[next];
    if (old != null) {
      old.batch.release();
    }
    slots[next] = new Slot(log, filter, batch.retain(), batch.to() == log.head());
    next = (next + 1) % SIZE;
    if (!used) {
      used = true;
      onUse.run();
    }
  }

  void clear() {
    if (used) {
      for (Slot slot : slots) {
        if (slot != null) {
          slot.batch.release();
        }
      }
      Arrays.fill(slots, null);
      used = false;
    }
  }

  private record Slot(EventLog log, EventFilter filter, Batch batch, boolean untilHead) {}
}
