package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.log.EntryView;
import dev.ssebridge.internal.log.EventLog;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads stretches of a log into batches, which the caller owns. One per loop. */
final class Gather {
  /**
   * A batch is no larger, but for a single frame that is: with its rooms it then takes 64 KiB of
   * the allocator, and not the next larger size.
   */
  static final int BATCH_BYTES = 64 * 1024 - Batch.HEADROOM - Batch.TAILROOM;

  /** No more entries are looked at in one go, so that a filter that matches little holds nobody. */
  static final int SCAN = 16 * 1024;

  private final EntryView entry = new EntryView();
  private byte[] scratch = new byte[1024];
  private int used;

  /**
   * The events after {@code from} that the filter accepts, as many as fit.
   *
   * @param maxEvents at most so many
   * @return {@code null} where the event after {@code from} can no longer be read
   */
  @Nullable Batch next(EventLog log, long from, AddressFilter filter, long maxEvents) {
    used = 0;
    int events = 0;
    long last = from;
    long limit = Math.min(log.head(), from + SCAN);
    long sequence = from + 1;
    for (; sequence <= limit && events < maxEvents; sequence++) {
      if (!log.read(sequence, entry)) {
        break;
      }
      if (!filter.accepts(entry.source())) {
        continue;
      }
      if (!hasRoom()) {
        break;
      }
      copy();
      events++;
      last = sequence;
    }
    return sequence == from + 1 ? null : batch(from, sequence - 1, last, events);
  }

  /**
   * Of the events after {@code from} the newest of each key, in log order, as many as fit. Events
   * without a key are never merged. Of those that the filter accepts only such are left out that a
   * newer one of their key follows.
   *
   * @param maxKeys at most so many keys are kept apart; events of further keys are not merged
   * @return {@code null} where one of them can no longer be read
   */
  @Nullable Batch conflated(
      EventLog log, long from, AddressFilter filter, int maxKeys, long maxEvents) {
    long head = Math.min(log.head(), from + SCAN);
    long[] newest = newestOfEachKey(log, from, head, filter, maxKeys);
    if (newest == null) {
      return null;
    }
    used = 0;
    int events = 0;
    long last = from;
    int i = newest.length - 1;
    for (; i >= 0 && events < maxEvents; i--) {
      if (!log.read(newest[i], entry)) {
        return null;
      }
      if (!hasRoom()) {
        break;
      }
      copy();
      events++;
      last = newest[i];
    }
    return i < 0 ? batch(from, head, last, events) : batch(from, last, last, events);
  }

  /**
   * The sequence of the newest event after {@code from} that the filter accepts, or {@code from}.
   */
  long newest(EventLog log, long from, AddressFilter filter) {
    long head = log.head();
    long lowest = Math.max(from, head - SCAN);
    for (long sequence = head; sequence > lowest; sequence--) {
      if (log.read(sequence, entry) && filter.accepts(entry.source())) {
        return sequence;
      }
    }
    return filter.acceptsAll() ? from : head;
  }

  /** How many events of a stretch the filter does not accept. */
  long filteredOut(EventLog log, long from, long to, AddressFilter filter) {
    if (filter.acceptsAll()) {
      return 0;
    }
    long count = 0;
    for (long sequence = from + 1; sequence <= to; sequence++) {
      if (log.read(sequence, entry) && !filter.accepts(entry.source())) {
        count++;
      }
    }
    return count;
  }

  /** Newest first; {@code null} where one is gone, which must not pass for merged. */
  private long @Nullable [] newestOfEachKey(
      EventLog log, long from, long head, AddressFilter filter, int maxKeys) {
    Set<String> seen = new HashSet<>();
    long[] found = new long[16];
    int count = 0;
    for (long sequence = head; sequence > from; sequence--) {
      if (!log.read(sequence, entry)) {
        return null;
      }
      if (!filter.accepts(entry.source())) {
        continue;
      }
      String key = entry.key();
      if (key != null && (seen.size() < maxKeys ? !seen.add(key) : seen.contains(key))) {
        continue;
      }
      if (count == found.length) {
        found = Arrays.copyOf(found, count * 2);
      }
      found[count++] = sequence;
    }
    return Arrays.copyOf(found, count);
  }

  private boolean hasRoom() {
    return used == 0 || used + entry.length() <= BATCH_BYTES;
  }

  private void copy() {
    int needed = used + entry.length();
    if (needed > scratch.length) {
      scratch = Arrays.copyOf(scratch, Math.max(needed, scratch.length * 2));
    }
    System.arraycopy(entry.bytes(), entry.offset(), scratch, used, entry.length());
    used = needed;
  }

  private Batch batch(long from, long to, long last, int events) {
    ByteBuf memory = Batch.memory(used).writeBytes(scratch, 0, used);
    if (scratch.length > 4 * BATCH_BYTES) {
      scratch = new byte[BATCH_BYTES];
    }
    return new Batch(from, to, last, events, memory);
  }
}
