package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.fanout.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one event loop, in order of arrival. It is bounded: beyond the limit the oldest
 * message is dropped of the lane that has the most, and that lane is told how many, in the place of
 * the messages. A publisher that can wait asks first whether it {@linkplain #isBusy is busy}.
 */
final class Inbox implements AddressConsumers.Busy {
  /** How many steps are done before others get their turn on the loop. */
  private static final int SLICE = 256;

  /** How many entries are taken with one look at the clock. */
  private static final int LOOK_AT_CLOCK = 16;

  /** How many entries that are no messages are passed over to find the oldest message. */
  private static final int LOOKS = 16;

  private final Loop loop;
  private final Supplier<WaitingLimits.Waiting> limits;

  // guarded by this
  private final Chain<Entry> entries = new Chain<>();
  private @Nullable Lane fullest;
  private long events;
  private long bytes;
  private boolean awake;
  private List<Runnable> waiters = List.of();

  // only the loop
  private int now;
  private int arrived;
  private long taskLost;
  private List<Runnable> quiet = List.of();

  Inbox(Loop loop, Supplier<WaitingLimits.Waiting> limits) {
    this.loop = loop;
    this.limits = limits;
  }

  /** What is done slice by slice, on the loop. */
  interface Step {
    /** Does a slice more, and says whether it was the last. */
    boolean proceed();
  }

  /** Adds a message. Any thread. */
  void add(Lane lane, Step message, long size) {
    int at = micros();
    boolean wake;
    synchronized (this) {
      append(new Entry(lane, message, size, at));
      events++;
      bytes += size;
      lane.events++;
      notice(lane);
      WaitingLimits.Waiting limit = limits.get();
      while (events > 1 && (events > limit.events() || bytes > limit.bytes())) {
        drop(fullest(lane));
      }
      wake = !awake;
      awake = true;
    }
    if (wake) {
      loop.execute(this::drain);
    }
  }

  /** Adds a task that is never dropped and runs behind what waits in this lane. Any thread. */
  void addTask(Lane lane, Runnable task) {
    boolean wake;
    synchronized (this) {
      append(
          new Entry(
              lane,
              () -> {
                task.run();
                return true;
              },
              -1,
              0));
      wake = !awake;
      awake = true;
    }
    if (wake) {
      loop.execute(this::drain);
    }
  }

  /** Whether so much is queued that a publisher that can wait has to. Any thread. */
  synchronized boolean isBusy() {
    return isOver(2);
  }

  /** Runs a task when it is no longer busy; at once where it is not. Any thread. */
  @Override
  public void whenQuiet(Runnable task) {
    synchronized (this) {
      if (isOver(2)) {
        if (waiters.isEmpty()) {
          waiters = new ArrayList<>();
        }
        waiters.add(task);
        return;
      }
    }
    task.run();
  }

  /** How many messages wait. Any thread. */
  synchronized long waiting() {
    return events;
  }

  /** Nanoseconds that the message at hand has waited, some others of its slice included. */
  long waited() {
    return Math.max(0, now - arrived) * 1000L;
  }

  /** Of a clock that never goes back; half an hour is enough to tell how long something waits. */
  private static int micros() {
    return (int) (System.nanoTime() / 1000);
  }

  private boolean isOver(int part) {
    WaitingLimits.Waiting limit = limits.get();
    return events > limit.events() / part || bytes > limit.bytes() / part;
  }

  private void append(Entry entry) {
    entries.append(entry);
    entry.lane.append(entry);
  }

  private void notice(Lane lane) {
    Lane most = fullest;
    if (most == null || lane.events > most.events) {
      fullest = lane;
    }
  }

  /**
   * The lane that has the most, as far as that is known: what was the fullest may have been taken
   * since. Where much waits, the oldest message is most likely of one that has much.
   */
  private Lane fullest(Lane otherwise) {
    Entry oldest = entries.first();
    for (int i = 0; oldest != null && oldest.size < 0 && i < LOOKS; i++) {
      oldest = oldest.next();
    }
    if (oldest != null) {
      notice(oldest.lane);
    }
    Lane most = fullest;
    return most == null || most.events == 0 ? otherwise : most;
  }

  private void drop(Lane lane) {
    Entry oldest = lane.removeOldestMessage();
    if (oldest == null) {
      return;
    }
    entries.remove(oldest);
    countOff(oldest);
    if (lane.lost++ == 0) {
      // If this was all that waited, somebody has to come and tell.
      append(new Entry(lane, () -> true, -1, 0));
    }
  }

  private void countOff(Entry message) {
    events--;
    bytes -= message.size;
    message.lane.events--;
  }

  private void drain() {
    for (int i = 0; i < SLICE; i++) {
      if (i % LOOK_AT_CLOCK == 0) {
        now = micros();
      }
      Entry taken;
      synchronized (this) {
        Entry entry = entries.first();
        if (entry == null) {
          awake = false;
          return;
        }
        entries.remove(entry);
        taken = entry.lane.isNext(entry) ? take(entry.lane) : null;
      }
      if (taken != null) {
        run(taken);
      }
    }
    loop.executeAfterOthers(this::drain);
  }

  private Entry take(Lane lane) {
    Entry entry = lane.removeFirst();
    taskLost = lane.lost;
    lane.lost = 0;
    if (entry.size >= 0) {
      countOff(entry);
      if (!waiters.isEmpty() && !isOver(4)) {
        quiet = waiters;
        waiters = List.of();
      }
    }
    return entry;
  }

  private void run(Entry entry) {
    Lane lane = entry.lane;
    lane.arrived = entry.at;
    arrived = entry.at;
    List<Runnable> wakeUp = quiet;
    quiet = List.of();
    wakeUp.forEach(task -> guarded(lane, task));
    long lost = taskLost;
    if (lost > 0) {
      guarded(lane, () -> lane.onLost(lost));
    }
    if (!lane.proceed(entry.step)) {
      loop.executeAfterOthers(() -> goOn(lane));
    }
  }

  /** Whatever fails, what waits behind it goes on. */
  private static void guarded(Lane lane, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      lane.onFailure(e);
    }
  }

  private void goOn(Lane lane) {
    now = micros(); // others have had their turn since
    arrived = lane.arrived;
    if (!lane.proceed()) {
      loop.executeAfterOthers(() -> goOn(lane));
      return;
    }
    Entry taken;
    synchronized (this) {
      if (!lane.hasParked()) {
        return;
      }
      taken = take(lane);
    }
    run(taken);
    if (!lane.isBusy()) {
      loop.executeAfterOthers(() -> goOn(lane));
    }
  }

  /** Messages of one kind, which keep their order. */
  abstract static class Lane {
    // guarded by the inbox
    private @Nullable Entry first;
    private @Nullable Entry last;
    private long events;
    private long lost;

    // only the loop
    private @Nullable Step unfinished;

    /** When that came. */
    private int arrived;

    /** {@code count} messages that should have come now were dropped. On the loop. */
    abstract void onLost(long count);

    /** A step has failed. On the loop. */
    abstract void onFailure(Throwable failure);

    private boolean isBusy() {
      return unfinished != null;
    }

    /**
     * Not while something is unfinished, or others wait before it that had to make way for that.
     */
    private boolean isNext(Entry entry) {
      return unfinished == null && first == entry;
    }

    private boolean proceed(Step step) {
      unfinished = step;
      return proceed();
    }

    /** Whether nothing is unfinished any more. */
    private boolean proceed() {
      Step step = unfinished;
      try {
        if (step == null || step.proceed()) {
          unfinished = null;
        }
      } catch (RuntimeException | Error e) {
        unfinished = null;
        onFailure(e);
      }
      return unfinished == null;
    }

    private void append(Entry entry) {
      Entry before = last;
      last = entry;
      if (before == null) {
        first = entry;
      } else {
        before.nextInLane = entry;
      }
    }

    private boolean hasParked() {
      return first != null && !first.isLinked();
    }

    private Entry removeFirst() {
      Entry entry = first;
      if (entry == null) {
        throw new IllegalStateException("expected something that waits");
      }
      first = entry.nextInLane;
      if (first == null) {
        last = null;
      }
      return entry;
    }

    private @Nullable Entry removeOldestMessage() {
      Entry before = null;
      Entry entry = first;
      while (entry != null && entry.size < 0) {
        before = entry;
        entry = entry.nextInLane;
      }
      if (entry == null) {
        return null;
      }
      if (before == null) {
        first = entry.nextInLane;
      } else {
        before.nextInLane = entry.nextInLane;
      }
      if (last == entry) {
        last = before;
      }
      return entry;
    }
  }

  private static final class Entry extends Chain.Link<Entry> {
    private final Lane lane;
    private final Step step;

    /** -1 for what is no message. */
    private final long size;

    /** When it came, in microseconds. */
    private final int at;

    private @Nullable Entry nextInLane;

    Entry(Lane lane, Step step, long size, int at) {
      this.at = at;
      this.lane = lane;
      this.step = step;
      this.size = size;
    }
  }
}
