package dev.ssebridge.internal.store.redis;

import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.StoredEvent;

/**
 * How much of a log is kept, and how much there is, as far as this node knows: what came since it
 * opened the channel, and what it measured of the time before.
 */
final class Bounds {
  private final ByteIndex before = new ByteIndex();
  private final ByteIndex since = new ByteIndex();
  private HistoryRetention retention;
  private long entries;
  private long measured;
  private long unknownUpTo;

  Bounds(HistoryRetention retention) {
    this.retention = retention;
  }

  void retain(HistoryRetention retention) {
    this.retention = retention;
  }

  HistoryRetention retention() {
    return retention;
  }

  /** A log about which nothing is known except where it is. */
  void begin(long oldest, long head) {
    before.clear();
    since.clear();
    measured = oldest - 1;
    unknownUpTo = head;
  }

  /** There are {@code entries} entries now, and {@code oldest} is the oldest sequence. */
  void looked(long entries, long oldest) {
    this.entries = entries;
    before.dropBelow(oldest);
    since.dropBelow(oldest);
    measured = Math.max(measured, oldest - 1);
  }

  /** One more. */
  void added(StoredEvent event, long last) {
    entries++;
    since.add(last, event.frame().length);
  }

  /** Whether there are entries whose bytes are not known. */
  boolean wantsMeasure() {
    return retention.bytes() != Long.MAX_VALUE && measured < unknownUpTo;
  }

  long measureFrom() {
    return measured + 1;
  }

  long measureTo() {
    return unknownUpTo;
  }

  /** How many bytes are in the stretch up to this sequence. */
  void measured(long upTo, long bytes) {
    before.add(upTo, bytes);
    measured = upTo;
  }

  /** What is not measured is little. */
  void measuredFew() {
    measured = unknownUpTo;
  }

  /** Whether more is kept than need be, so that it is worth a look. */
  boolean isTooMuch() {
    return entries > above(retention.events())
        || before.total() + since.total() > above(retention.bytes());
  }

  private static long above(long limit) {
    long more = limit + limit / 16;
    return more < 0 ? Long.MAX_VALUE : more;
  }

  /** The sequence before which all can go for the bytes, 0 for none. */
  long firstWithinBytes(long head) {
    long excess = before.total() + since.total() - retention.bytes();
    if (excess <= 0) {
      return 0;
    }
    long first =
        excess < before.total() ? before.after(excess) : since.after(excess - before.total());
    return Math.min(first, head);
  }

  /** The time before which events are too old, 0 for none. */
  long oldestTime(long now) {
    return retention.ageMillis() >= now ? 0 : now - retention.ageMillis();
  }
}
