package dev.ssebridge.internal.fanout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A loop that runs when it is told to, by a clock that stands still otherwise. */
final class ManualLoop implements Loop {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Later> later = new ArrayList<>();
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
  public void executeIn(long nanoseconds, Runnable task) {
    if (nanoseconds > 0) {
      later.add(new Later(nanos + nanoseconds, task));
    } else {
      tasks.add(task);
    }
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

  /** Runs one task, if there is any whose time has come. */
  void runOne() {
    for (Later each : List.copyOf(later)) {
      if (each.at <= nanos) {
        later.remove(each);
        tasks.add(each.task);
      }
    }
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
  }

  /** Runs tasks until there are none, and lets the time pass that they wait for. */
  void runAll() {
    while (!tasks.isEmpty() || !later.isEmpty()) {
      if (tasks.isEmpty()) {
        nanos = Math.max(nanos, later.stream().mapToLong(Later::at).min().orElseThrow());
      }
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

  private record Later(long at, Runnable task) {}

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
