package dev.ssebridge.bench.fanout;

import org.jspecify.annotations.Nullable;

/** What was published, and who has received what of it. Belongs to the generator's thread. */
final class Tally {
  /** No more messages may be on their way. */
  static final int MAX_OUTSTANDING = 1 << 16;

  private final int readers;
  private final int[] waiting = new int[MAX_OUTSTANDING];
  private final Histogram each = new Histogram();
  private final Histogram last = new Histogram();
  private long published;
  private long complete;
  private long deliveries;
  private long missing;
  private long doubled;
  private long now;
  private long lastDelivery;
  private @Nullable String broken;

  Tally(int readers) {
    this.readers = readers;
  }

  /** The number of the next message. */
  long publish() {
    published++;
    waiting[slot(published)] = readers;
    return published;
  }

  /** When the bytes at hand were read. */
  void now(long nanos) {
    now = nanos;
  }

  /**
   * A subscriber has received a message.
   *
   * @param expected the number that comes next for this subscriber
   * @return the number that comes next from now on
   */
  long deliver(long number, long nanos, long expected) {
    if (number > published) {
      broken("message " + number + " of " + published);
      return expected;
    }
    if (number < expected) {
      doubled++;
      return expected;
    }
    missing += number - expected;
    deliveries++;
    lastDelivery = now;
    each.record(now - nanos);
    if (--waiting[slot(number)] == 0) {
      complete++;
      last.record(now - nanos);
    }
    return number + 1;
  }

  void broken(String what) {
    if (broken == null) {
      broken = what;
    }
  }

  /** Messages that not all have. */
  long outstanding() {
    return published - complete;
  }

  long published() {
    return published;
  }

  long deliveries() {
    return deliveries;
  }

  long lastDelivery() {
    return lastDelivery;
  }

  Histogram each() {
    return each;
  }

  Histogram last() {
    return last;
  }

  boolean isBroken() {
    return broken != null;
  }

  /** What is measured begins here; what was wrong before stays wrong. */
  void restart() {
    deliveries = 0;
    each.clear();
    last.clear();
  }

  /** Why this is no result, or null; {@code neverCame} is how many are still expected. */
  @Nullable String fault(long neverCame) {
    if (broken != null) {
      return broken;
    }
    return missing + neverCame + doubled == 0
        ? null
        : "%d missing, %d doubled, %d not there in time".formatted(missing, doubled, neverCame);
  }

  private static int slot(long number) {
    return (int) number & (MAX_OUTSTANDING - 1);
  }
}
