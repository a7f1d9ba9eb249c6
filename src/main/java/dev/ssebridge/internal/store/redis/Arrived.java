package dev.ssebridge.internal.store.redis;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Batches that came before their turn. Bounded; what it does not take can be read in the log. */
final class Arrived {
  private static final int MOST = 256;
  private static final long MOST_BYTES = 1024 * 1024;

  private final TreeMap<Long, Batch> batches = new TreeMap<>();
  private long bytes;
  private boolean lacking;

  void add(Batch batch) {
    Batch there = batches.get(batch.first());
    if (there != null && Long.compareUnsigned(there.epoch(), batch.epoch()) >= 0) {
      return;
    }
    if (there == null
        && !batches.isEmpty()
        && (batches.size() >= MOST || bytes + batch.size() > MOST_BYTES)) {
      lacking = true;
      return;
    }
    bytes += batch.size() - (there == null ? 0 : there.size());
    batches.put(batch.first(), batch);
  }

  /** Whether one was not taken since this was asked for last. */
  boolean lacksSome() {
    boolean lacks = lacking;
    lacking = false;
    return lacks;
  }

  @Nullable Batch first() {
    Map.Entry<Long, Batch> first = batches.firstEntry();
    return first == null ? null : first.getValue();
  }

  void removeFirst() {
    Map.Entry<Long, Batch> first = batches.pollFirstEntry();
    if (first != null) {
      bytes -= first.getValue().size();
    }
  }

  /** Lets go of those of later epochs; returns whether there were any. */
  boolean removeLater(long epoch) {
    boolean removed =
        batches.values().removeIf(batch -> Long.compareUnsigned(batch.epoch(), epoch) > 0);
    bytes = batches.values().stream().mapToLong(Batch::size).sum();
    return removed;
  }

  void clear() {
    batches.clear();
    bytes = 0;
    lacking = false;
  }
}
