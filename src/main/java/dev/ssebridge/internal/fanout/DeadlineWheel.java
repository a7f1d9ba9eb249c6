package dev.ssebridge.internal.fanout;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of everybody on one loop behind one timer, which runs only while there are any. A
 * deadline costs two numbers and a place in an array; looking after 50,000 of them costs the few
 * that are due. Late by a tick of {@value #TICK_MILLIS} ms at most, unless the loop itself is late.
 *
 * <p>Arrays, not linked lists: a node that is moved would write references into its neighbours, and
 * with 19,000 idle subscribers the collector then has all of them to look at again (the longest
 * pause of the program beside that many).
 */
final class DeadlineWheel {
  static final long TICK_MILLIS = 50;

  private static final int SLOTS = 1024;

  /** As far as it reaches at once. */
  static final long HORIZON_MILLIS = (SLOTS - 1) * TICK_MILLIS;

  /** How many are looked at before others get their turn on the loop. */
  private static final int SLICE = 256;

  private final Loop loop;
  private final Runnable onTick;
  private final Slot[] slots = new Slot[SLOTS];

  private int scheduled;
  private boolean slicing;
  private @Nullable Runnable stopTimer;

  /** The last tick that has come, and the last tick whose deadlines were all looked at. */
  private long tick;

  private long done;

  /**
   * @param onTick also run at each tick
   */
  DeadlineWheel(Loop loop, Runnable onTick) {
    this.loop = loop;
    this.onTick = onTick;
    Arrays.setAll(slots, i -> new Slot());
  }

  /** Schedules a deadline, or moves it. */
  void schedule(Deadline deadline, long dueAt) {
    cancel(deadline);
    tick();
    long dueTick = Math.floorDiv(dueAt + TICK_MILLIS - 1, TICK_MILLIS);
    dueTick = Math.min(done + SLOTS - 1, Math.max(tick + 1, dueTick));
    deadline.dueAt = dueAt;
    deadline.slot = (int) (dueTick & (SLOTS - 1));
    slots[deadline.slot].add(deadline);
    scheduled++;
  }

  /** Schedules a deadline in {@code millis} milliseconds, without a look at the clock. */
  void scheduleIn(Deadline deadline, long millis) {
    tick();
    schedule(deadline, tick * TICK_MILLIS + millis);
  }

  /** Ticks at least once more, also with no deadline scheduled. */
  void tick() {
    if (stopTimer == null) {
      tick = loop.millis() / TICK_MILLIS;
      done = tick;
      stopTimer = loop.every(TICK_MILLIS, this::onTimer);
    }
  }

  void cancel(Deadline deadline) {
    if (deadline.isScheduled()) {
      slots[deadline.slot].remove(deadline);
      deadline.slot = Deadline.NOWHERE;
      scheduled--;
    }
  }

  int scheduled() {
    return scheduled;
  }

  private void onTimer() {
    onTick.run();
    tick = Math.max(tick, loop.millis() / TICK_MILLIS);
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
      Deadline next = nextDue();
      if (next == null) {
        return;
      }
      cancel(next);
      if (now < next.dueAt) {
        schedule(next, next.dueAt); // it was beyond the horizon
      } else {
        next.due(now);
      }
    }
    slicing = true;
    loop.executeAfterOthers(this::slice);
  }

  private @Nullable Deadline nextDue() {
    while (done < tick) {
      Slot slot = slots[(int) ((done + 1) & (SLOTS - 1))];
      if (slot.size > 0) {
        return slot.deadlines[slot.size - 1];
      }
      done++;
    }
    return null;
  }

  /** The deadlines of one tick, in any order. */
  private static final class Slot {
    private static final Deadline[] NONE = {};
    private static final int KEPT = 64;

    private Deadline[] deadlines = NONE;
    private int size;

    void add(Deadline deadline) {
      if (size == deadlines.length) {
        deadlines = Arrays.copyOf(deadlines, Math.max(8, 2 * size));
      }
      deadline.index = size;
      deadlines[size++] = deadline;
    }

    /** The last one takes its place. */
    @SuppressWarnings("NullAway") // what lies behind the last is never read
    void remove(Deadline deadline) {
      Deadline last = deadlines[--size];
      deadlines[deadline.index] = last;
      last.index = deadline.index;
      deadlines[size] = null;
      if (size == 0 && deadlines.length > KEPT) {
        deadlines = NONE;
      }
    }
  }
}
