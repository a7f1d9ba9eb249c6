package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.log.EntryView;
import dev.ssebridge.internal.log.EventLog;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads stretches of a log into batches, which the caller owns. One per loop. */
final class Gather {
  /**
   * The most bytes of frames in a batch, unless a single frame is larger. With the room before and
   * behind them it then takes 64 KiB of the allocator, and not the next larger size.
   */
  static final int BATCH_BYTES = 64 * 1024 - Batch.HEADROOM - Batch.TAILROOM;

  /** The most entries in one go, so that a filter that matches little does not hold up others. */
  static final int SCAN = 16 * 1024;

  private final EntryView entry = new EntryView();
  private byte[] scratch = new byte[1024];
  private int used;
  private long first;
  private long looks;

  /**
   * The events after {@code from} that the filter accepts, as many as fit.
   *
   * @param maxEvents the most events that it gets
   * @return {@code null} where the event after {@code from} can no longer be read
   */
  @Nullable Batch next(EventLog log, long from, EventFilter filter, long maxEvents) {
    return next(log, from, filter, maxEvents, Long.MAX_VALUE);
  }

  /**
   * The same.
   *
   * @param upTo none after this one
   */
  @Nullable Batch next(EventLog log, long from, EventFilter filter, long maxEvents, long upTo) {
    begin(from);
    int events = 0;
    long last = from;
    long limit = Math.min(Math.min(log.head(), upTo), from + SCAN);
    long sequence = from + 1;
    for (; sequence <= limit && events < maxEvents; sequence++) {
      if (!read(log, sequence)) {
        break;
      }
      if (!filter.accepts(entry)) {
        continue;
      }
      if (!hasRoom()) {
        break;
      }
      copy(sequence);
      events++;
      last = sequence;
    }
    long to = sequence - 1;
    return to == from ? null : batch(from, to, last, events, to - from - events);
  }

  /**
   * The newest event of each key among those after {@code from}, in log order, as many as fit.
   * Events without a key are never merged. An event that the filter accepts is left out only where
   * a newer event of its key follows that the filter accepts as well.
   *
   * @param newest which those are; what they are costs nothing where the filter accepts all
   * @param maxEvents the most events that it gets
   * @return {@code null} where one of them can no longer be read
   */
  @Nullable Batch conflated(
      EventLog log, NewestByKey newest, long from, EventFilter filter, long maxEvents) {
    return conflated(log, newest, from, filter, maxEvents, Long.MAX_VALUE);
  }

  /**
   * The same.
   *
   * @param upTo none after this one
   */
  @Nullable Batch conflated(
      EventLog log, NewestByKey newest, long from, EventFilter filter, long maxEvents, long upTo) {
    Batch batch =
        filter.acceptsAll()
            ? newestOfAll(log, newest, from, maxEvents, upTo)
            : newestOfSome(log, newest, from, filter, maxEvents, upTo);
    if (batch != null && log.floor() > from + 1) {
      batch.release(); // What was passed over may be gone, and must not pass for merged.
      return null;
    }
    return batch;
  }

  private @Nullable Batch newestOfAll(
      EventLog log, NewestByKey newest, long from, long maxEvents, long upTo) {
    begin(from);
    int events = 0;
    long last = from;
    long head = log.unbrokenUpTo(from, Math.min(log.head(), upTo));
    long sequence = newest.next(from, head);
    while (sequence <= head && events < maxEvents) {
      if (!read(log, sequence)) {
        return null;
      }
      if (!hasRoom()) {
        break;
      }
      copy(sequence);
      events++;
      last = sequence;
      sequence = newest.next(sequence, head);
    }
    return batch(from, sequence > head ? head : last, last, events, 0);
  }

  private @Nullable Batch newestOfSome(
      EventLog log, NewestByKey newest, long from, EventFilter filter, long maxEvents, long upTo) {
    begin(from);
    int events = 0;
    long filtered = 0;
    long last = from;
    long limit = log.unbrokenUpTo(from, Math.min(Math.min(log.head(), upTo), from + SCAN));
    long sequence = from + 1;
    for (; sequence <= limit && events < maxEvents; sequence++) {
      if (!read(log, sequence)) {
        return null;
      }
      if (!filter.accepts(entry)) {
        filtered++;
      } else if (!newest.isSuperseded(sequence, entry.key(), filter)) {
        if (!hasRoom()) {
          break;
        }
        copy(sequence);
        events++;
        last = sequence;
      }
    }
    return batch(from, sequence - 1, last, events, filtered);
  }

  /**
   * The end of a run of events that begins after {@code from} and that the filter does not accept,
   * {@code from} where there is none: a subscriber that stands there needs no batch to learn that.
   *
   * @param upTo none after this one
   */
  long passOver(EventLog log, long from, EventFilter filter, long upTo) {
    if (filter.acceptsAll()) {
      return from;
    }
    long limit = Math.min(Math.min(log.head(), upTo), from + SCAN);
    long sequence = from + 1;
    while (sequence <= limit && read(log, sequence) && !filter.accepts(entry)) {
      sequence++;
    }
    return sequence - 1;
  }

  /**
   * The sequence of the newest event after {@code from} that the filter accepts, or {@code from}.
   */
  long newest(EventLog log, long from, EventFilter filter) {
    long head = log.head();
    long lowest = Math.max(from, head - SCAN);
    for (long sequence = head; sequence > lowest; sequence--) {
      if (read(log, sequence) && filter.accepts(entry)) {
        return sequence;
      }
    }
    return filter.acceptsAll() ? from : head;
  }

  /** How many events of a stretch the filter does not accept. */
  long filteredOut(EventLog log, long from, long to, EventFilter filter) {
    if (filter.acceptsAll()) {
      return 0;
    }
    long count = 0;
    for (long sequence = from + 1; sequence <= to; sequence++) {
      if (read(log, sequence) && !filter.accepts(entry)) {
        count++;
      }
    }
    return count;
  }

  private boolean read(EventLog log, long sequence) {
    looks++;
    return log.read(sequence, entry);
  }

  /** How many entries were looked at so far. */
  long looks() {
    return looks;
  }

  private boolean hasRoom() {
    return used == 0 || used + entry.length() <= BATCH_BYTES;
  }

  private void begin(long from) {
    used = 0;
    first = from;
  }

  private void copy(long sequence) {
    if (used == 0) {
      first = sequence;
    }
    int needed = used + entry.length();
    if (needed > scratch.length) {
      scratch = Arrays.copyOf(scratch, Math.max(needed, scratch.length * 2));
    }
    System.arraycopy(entry.bytes(), entry.offset(), scratch, used, entry.length());
    used = needed;
  }

  private Batch batch(long from, long to, long last, int events, long filtered) {
    ByteBuf memory = Batch.memory(used).writeBytes(scratch, 0, used);
    if (scratch.length > 4 * BATCH_BYTES) {
      scratch = new byte[BATCH_BYTES];
    }
    return new Batch(from, to, first, last, events, filtered, memory);
  }
}
