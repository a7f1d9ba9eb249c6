package dev.ssebridge.internal.fanout;

import org.jspecify.annotations.Nullable;

/**
 * The deadlines of everybody on one loop behind one timer, which runs only while there are any. A
 * deadline costs two references; looking after 50,000 of them costs the few that are due. Late by a
 * tick of {@value #TICK_MILLIS} ms at most, unless the loop itself is late.
 */
final class DeadlineWheel {
  static final long TICK_MILLIS = 50;

  private static final int SLOTS = 1024;

  /** As far as it reaches at once. */
  static final long HORIZON_MILLIS = (SLOTS - 1) * TICK_MILLIS;

  /** So many at a time are looked at before others get their turn on the loop. */
  private static final int SLICE = 256;

  private final Loop loop;
  private final Runnable onTick;
  private final Deadline[] slots = new Deadline[SLOTS];
  private final Deadline ready = new Sentinel();

  private int scheduled;
  private long tick;
  private boolean slicing;
  private @Nullable Runnable stopTimer;

  /**
   * @param onTick also run at each tick
   */
  DeadlineWheel(Loop loop, Runnable onTick) {
    this.loop = loop;
    this.onTick = onTick;
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Sentinel();
    }
  }

  /** Schedules a deadline, or moves it. */
  void schedule(Deadline deadline, long dueAt) {
    cancel(deadline);
    tick();
    long dueTick = Math.floorDiv(dueAt + TICK_MILLIS - 1, TICK_MILLIS);
    dueTick = Math.max(tick + 1, Math.min(tick + SLOTS - 1, dueTick));
    deadline.dueAt = dueAt;
    append(slots[(int) (dueTick & (SLOTS - 1))], deadline);
    scheduled++;
  }

  /** Schedules a deadline in so many milliseconds, without a look at the clock. */
  void scheduleIn(Deadline deadline, long millis) {
    tick();
    schedule(deadline, tick * TICK_MILLIS + millis);
  }

  /** Ticks at least once more, also with no deadline scheduled. */
  void tick() {
    if (stopTimer == null) {
      tick = loop.millis() / TICK_MILLIS;
      stopTimer = loop.every(TICK_MILLIS, this::onTimer);
    }
  }

  void cancel(Deadline deadline) {
    if (deadline.isScheduled()) {
      unlink(deadline);
      scheduled--;
    }
  }

  int scheduled() {
    return scheduled;
  }

  private void onTimer() {
    onTick.run();
    long now = loop.millis() / TICK_MILLIS;
    for (long t = Math.max(tick + 1, now - SLOTS + 1); t <= now; t++) {
      moveAll(slots[(int) (t & (SLOTS - 1))], ready);
    }
    tick = Math.max(tick, now);
    if (!slicing) {
      slice();
    }
    if (scheduled == 0 && stopTimer != null) {
      stopTimer.run();
      stopTimer = null;
    }
  }

  private void slice() {
    slicing = false;
    long now = loop.millis();
    for (int i = 0; i < SLICE; i++) {
      Deadline first = ready.next;
      if (first == null || first == ready) {
        return;
      }
      cancel(first);
      if (now < first.dueAt) {
        schedule(first, first.dueAt); // it was beyond the horizon
      } else {
        first.due(now);
      }
    }
    slicing = true;
    loop.executeAfterOthers(this::slice);
  }

  private static void append(Deadline list, Deadline deadline) {
    Deadline last = list.previous;
    if (last == null) {
      throw new IllegalStateException("a list without a sentinel");
    }
    deadline.previous = last;
    deadline.next = list;
    last.next = deadline;
    list.previous = deadline;
  }

  private static void unlink(Deadline deadline) {
    Deadline previous = deadline.previous;
    Deadline next = deadline.next;
    if (previous == null || next == null) {
      throw new IllegalStateException("not scheduled");
    }
    previous.next = next;
    next.previous = previous;
    deadline.previous = null;
    deadline.next = null;
  }

  private static void moveAll(Deadline from, Deadline to) {
    for (Deadline d = from.next; d != null && d != from; d = from.next) {
      unlink(d);
      append(to, d);
    }
  }

  /** Begin and end of a list. */
  private static final class Sentinel extends Deadline {
    Sentinel() {
      previous = this;
      next = this;
    }

    @Override
    protected void due(long now) {
      throw new IllegalStateException("a sentinel is never due");
    }
  }
}
