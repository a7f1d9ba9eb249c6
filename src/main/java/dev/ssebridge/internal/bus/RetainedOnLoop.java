package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.fanout.Channel;
import dev.ssebridge.internal.fanout.Channel.Shedding;
import dev.ssebridge.internal.fanout.Loop;
import dev.ssebridge.internal.fanout.LoopCounters;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a bridge that one loop writes and that hold anything, those that have been idle
 * the longest first. Everything but what says otherwise belongs to the loop.
 */
final class RetainedOnLoop {
  /** How many channels that have nothing to give are passed over. */
  private static final int LOOKS = 64;

  private final RetainedBytes retained;
  private final Loop loop;
  private final AtomicBoolean asked = new AtomicBoolean();

  // only the loop
  private final Chain<Entry> channels = new Chain<>();

  /** The first of them, for others to read. */
  private volatile @Nullable Entry idlest;

  RetainedOnLoop(RetainedBytes retained, Loop loop) {
    this.retained = retained;
    this.loop = loop;
  }

  /** How long the idlest of them has been idle, -1 where there is none. Any thread. */
  long idleMillis() {
    Entry first = idlest;
    return first == null ? -1 : first.channel.idleMillis();
  }

  /** Sheds, if need be, until this number of bytes more is within the limit. */
  void makeRoom(long bytes) {
    long excess = retained.excessWith(bytes);
    if (excess > 0) {
      long left = shed(excess, Shedding.OFFERED);
      if (left > 0) {
        shed(left, Shedding.ALL);
      }
    }
  }

  /** Something was appended. */
  void onAppend(Entry entry) {
    if (channels.last() != entry) {
      channels.remove(entry);
      channels.append(entry);
      onOrder();
    }
    entry.report(retained);
    if (retained.isTooMuch()) {
      retained.relieve(this);
    }
  }

  /** Something was evicted. */
  void onEvict(Entry entry) {
    entry.report(retained);
    if (entry.reported == 0) {
      channels.remove(entry);
      onOrder();
    }
  }

  /** The idlest give way, as what they hold has been offered to all who read it. */
  void shed(long bytes) {
    shed(bytes, Shedding.OFFERED);
  }

  /** Returns how many bytes it was too little. */
  private long shed(long bytes, Shedding which) {
    long left = bytes;
    int looks = LOOKS;
    Entry entry = channels.first();
    while (entry != null && left > 0 && looks > 0) {
      Entry next = entry.next();
      long before = entry.reported;
      entry.shed(left, which);
      onEvict(entry);
      long freed = before - entry.reported;
      if (freed == 0) {
        looks--;
      }
      retained.onShed(freed);
      left -= freed;
      entry = next;
    }
    return left;
  }

  /** Some other loop asks. Any thread. */
  void shedLater() {
    if (asked.compareAndSet(false, true)) {
      loop.execute(
          () -> {
            asked.set(false);
            if (retained.isTooMuch()) {
              shed(retained.step());
            }
          });
    }
  }

  private void onOrder() {
    Entry first = channels.first();
    if (idlest != first) {
      idlest = first;
    }
  }

  /** One channel among them. */
  static final class Entry extends Chain.Link<Entry> {
    private final Channel channel;
    private final LoopCounters counters;
    private @Nullable MessageIds ids;
    private long reported;
    private long events;

    /**
     * @param counters of the route, on the loop
     */
    Entry(Channel channel, LoopCounters counters) {
      this.channel = channel;
      this.counters = counters;
    }

    /** What is remembered beside the log, and counts like it; null for nothing any more. */
    void remember(@Nullable MessageIds remembered) {
      ids = remembered;
    }

    private void shed(long bytes, Shedding which) {
      channel.shed(bytes, which);
      MessageIds remembered = ids;
      if (remembered != null && channel.log().isEmpty()) {
        remembered.clear();
      }
    }

    private void report(RetainedBytes retained) {
      MessageIds remembered = ids;
      long bytes = channel.bytes() + (remembered == null ? 0 : remembered.bytes());
      long now = channel.log().head() + 1 - channel.log().oldest();
      if (bytes != reported || now != events) {
        counters.onRetained(now - events, bytes - reported);
        events = now;
      }
      if (bytes != reported) {
        retained.add(bytes - reported);
        reported = bytes;
      }
    }
  }
}
