package dev.ssebridge.internal.client;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes when a test says so. */
final class ManualLoop implements Loop {
  private record Task(long at, Runnable runnable) {}

  private final List<Task> tasks = new ArrayList<>();
  private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
  private Runnable onDefer = () -> {};
  private boolean running;
  private long now;

  @Override
  public long now() {
    return now;
  }

  @Override
  public Instant wallClock() {
    return Instant.parse("2026-11-24T12:00:00Z").plusMillis(now);
  }

  @Override
  public boolean execute(Runnable task) {
    task.run();
    return true;
  }

  /** Runs it at once, but behind what is running. */
  @Override
  public boolean defer(Runnable task) {
    onDefer.run();
    deferred.add(task);
    if (!running) {
      running = true;
      try {
        for (Runnable next = deferred.poll(); next != null; next = deferred.poll()) {
          next.run();
        }
      } finally {
        running = false;
      }
    }
    return true;
  }

  @Override
  public Timer after(long millis, Runnable runnable) {
    Task task = new Task(now + millis, runnable);
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  /** Lets time pass, running what falls due. */
  void pass(long millis) {
    long until = now + millis;
    while (true) {
      Task next =
          tasks.stream()
              .filter(task -> task.at <= until)
              .min(Comparator.comparingLong(Task::at))
              .orElse(null);
      if (next == null) {
        now = until;
        return;
      }
      tasks.remove(next);
      now = next.at;
      next.runnable.run();
    }
  }

  /** Is told of every task that is put off. */
  void onDefer(Runnable watcher) {
    onDefer = watcher;
  }

  /** How many tasks are yet to run. */
  int pending() {
    return tasks.size();
  }
}
