package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.fanout.Deadline;
import org.jspecify.annotations.Nullable;

/** Tries again after a while, each time after a longer one. On one loop. */
final class Backoff {
  private static final long LEAST_MILLIS = 250;
  private static final long MOST_MILLIS = 5000;

  private long next = LEAST_MILLIS;
  private @Nullable Again waiting;

  /** Runs the task later, unless one waits already. */
  void later(Loops.OnLoop loop, Runnable task) {
    if (waiting != null) {
      return;
    }
    Again again = new Again(task);
    waiting = again;
    long millis = next / 2 + loop.fanout().random().nextLong(next);
    next = Math.min(MOST_MILLIS, 2 * next);
    loop.fanout().scheduleIn(again, millis);
  }

  /** It has gone well. */
  void reset() {
    next = LEAST_MILLIS;
  }

  void cancel(Loops.OnLoop loop) {
    Again again = waiting;
    if (again != null) {
      waiting = null;
      loop.fanout().cancel(again);
    }
  }

  private final class Again extends Deadline {
    private final Runnable task;

    Again(Runnable task) {
      this.task = task;
    }

    @Override
    protected void due(long now) {
      waiting = null;
      task.run();
    }
  }
}
