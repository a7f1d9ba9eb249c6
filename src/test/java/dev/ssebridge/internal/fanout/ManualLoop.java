package dev.ssebridge.internal.fanout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A loop that runs when it is told to, by a clock that stands still otherwise. */
final class ManualLoop implements Loop {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Timer> timers = new ArrayList<>();
  private long now = 1_000_000;
  private long nanos;

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public void executeAfterOthers(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Runnable every(long millis, Runnable task) {
    Timer timer = new Timer(millis, task, now + millis);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  @Override
  public long millis() {
    return now;
  }

  @Override
  public long nanos() {
    return nanos;
  }

  /** What runs at this moment has taken so long. */
  void work(long nanoseconds) {
    nanos += nanoseconds;
  }

  /** Runs one task, if there is any. */
  void runOne() {
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
  }

  /** Runs tasks until there are none. */
  void runAll() {
    while (!tasks.isEmpty()) {
      runOne();
    }
  }

  /** Lets time pass, runs whatever falls due on the way. */
  void advance(long millis) {
    long end = now + millis;
    while (now < end) {
      now++;
      for (Timer timer : List.copyOf(timers)) {
        if (timer.next <= now && timers.contains(timer)) {
          timer.next = now + timer.period;
          timer.task.run();
        }
      }
      runAll();
    }
  }

  int timers() {
    return timers.size();
  }

  private static final class Timer {
    private final long period;
    private final Runnable task;
    private long next;

    Timer(long period, Runnable task, long next) {
      this.period = period;
      this.task = task;
      this.next = next;
    }
  }
}
