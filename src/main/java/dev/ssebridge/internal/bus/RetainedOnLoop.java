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

  // only the loop; the first is read by others
  private volatile @Nullable Entry first;
  private @Nullable Entry last;

  RetainedOnLoop(RetainedBytes retained, Loop loop) {
    this.retained = retained;
    this.loop = loop;
  }

  /** How long the idlest of them has been idle, -1 where there is none. Any thread. */
  long idleMillis() {
    Entry idlest = first;
    return idlest == null ? -1 : idlest.channel.idleMillis();
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
    if (last != entry) {
      unlink(entry);
      linkLast(entry);
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
      unlink(entry);
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
    Entry idlest = first;
    while (idlest != null && left > 0 && looks > 0) {
      Entry next = idlest.next;
      long before = idlest.reported;
      idlest.shed(left, which);
      onEvict(idlest);
      long freed = before - idlest.reported;
      if (freed == 0) {
        looks--;
      }
      retained.onShed(freed);
      left -= freed;
      idlest = next;
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

  private void linkLast(Entry entry) {
    Entry before = last;
    entry.previous = before;
    last = entry;
    if (before == null) {
      first = entry;
    } else {
      before.next = entry;
    }
    entry.linked = true;
  }

  private void unlink(Entry entry) {
    if (!entry.linked) {
      return;
    }
    Entry before = entry.previous;
    Entry after = entry.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    entry.previous = null;
    entry.next = null;
    entry.linked = false;
  }

  /** One channel among them. */
  static final class Entry {
    private final Channel channel;
    private final LoopCounters counters;
    private @Nullable MessageIds ids;
    private long reported;
    private long events;
    private boolean linked;
    private @Nullable Entry previous;
    private @Nullable Entry next;

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
