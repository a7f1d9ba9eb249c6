package dev.ssebridge.internal.store.redis;

import dev.ssebridge.spi.HistoryStore.Follower;
import dev.ssebridge.spi.StoredEvent;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands what comes into a channel over to the context of its follower, in order. Bounded: one who
 * hands over is to wait while it is {@link #isFull}. Handed over on the context of the store.
 */
final class Deliveries {
  private static final long MOST_BYTES = 1024 * 1024;
  private static final int MOST = 256;

  private final ContextInternal context;
  private final Follower follower;
  private final Runnable room;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger count = new AtomicInteger();

  private List<Runnable> tasks = new ArrayList<>();
  private volatile Told told;
  private volatile boolean closed;
  private volatile boolean wanted;

  /** What the follower was told last. */
  record Told(long epoch, String text, long head, long oldest) {}

  /**
   * @param room run on the context of the follower where there is room again, after {@link #want}
   */
  Deliveries(Context context, Follower follower, Told told, Runnable room) {
    this.context = (ContextInternal) context;
    this.follower = follower;
    this.told = told;
    this.room = room;
  }

  /** Where it begins; before anything is handed over. */
  void begin(Told first) {
    told = first;
  }

  Told told() {
    return told;
  }

  /** Does something there, with what else is handed over meanwhile. */
  private void hand(Runnable task) {
    boolean first;
    synchronized (this) {
      first = tasks.isEmpty();
      tasks.add(task);
    }
    if (first) {
      context.runOnContext(now -> doAll());
    }
  }

  private void doAll() {
    List<Runnable> all;
    synchronized (this) {
      all = tasks;
      tasks = new ArrayList<>();
    }
    for (Runnable task : all) {
      try {
        task.run();
      } catch (RuntimeException fault) {
        // Of the follower, or of one who waited for an append: the others are not to suffer from
        // it.
        context.reportException(fault);
      }
    }
  }

  boolean isFull() {
    return bytes.get() > MOST_BYTES || count.get() > MOST;
  }

  /** Asks to be told of room; there may be some already. */
  void want() {
    wanted = true;
    if (!isFull()) {
      roomAgain();
    }
  }

  private void roomAgain() {
    if (wanted) {
      wanted = false;
      room.run();
    }
  }

  void appended(long first, long last, List<StoredEvent> events) {
    long size = 0;
    for (StoredEvent event : events) {
      size += event.frame().length;
    }
    long all = size;
    bytes.addAndGet(all);
    count.incrementAndGet();
    hand(
        () -> {
          try {
            if (!closed) {
              Told before = told;
              told = new Told(before.epoch(), before.text(), last, before.oldest());
              follower.appended(first, events);
            }
          } finally {
            bytes.addAndGet(-all);
            count.decrementAndGet();
            if (wanted && !isFull()) {
              roomAgain();
            }
          }
        });
  }

  void evicted(long upTo) {
    hand(
        () -> {
          if (!closed) {
            Told before = told;
            told =
                new Told(before.epoch(), before.text(), upTo, Math.max(upTo + 1, before.oldest()));
            follower.evicted(upTo);
          }
        });
  }

  void restarted(long epoch, long head, long oldest) {
    String text = Epochs36.text(epoch);
    hand(
        () -> {
          if (!closed) {
            told = new Told(epoch, text, head, oldest);
            follower.restarted(text, head);
          }
        });
  }

  /** The oldest sequence that there is, of this epoch. */
  void oldest(long epoch, long oldest) {
    hand(
        () -> {
          Told before = told;
          if (before.epoch() == epoch && oldest > before.oldest()) {
            told =
                new Told(epoch, before.text(), before.head(), Math.min(oldest, before.head() + 1));
          }
        });
  }

  /** Does something after all that was handed over before. */
  void then(Runnable task) {
    hand(task);
  }

  /** Tells nothing more. */
  void close() {
    closed = true;
  }
}
