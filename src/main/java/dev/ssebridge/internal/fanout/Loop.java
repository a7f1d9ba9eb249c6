package dev.ssebridge.internal.fanout;

/** A single thread that runs tasks in the order given: an event loop, or a test's own. */
public interface Loop {

  /** Runs the task on this loop, later. Any thread. A loop that was shut down drops it. */
  void execute(Runnable task);

  /** Whether this is the loop's thread. Any thread. */
  boolean isCurrent();

  /** Runs the task on this loop: at once where this is its thread, later otherwise. Any thread. */
  default void run(Runnable task) {
    if (isCurrent()) {
      task.run();
    } else {
      execute(task);
    }
  }

  /**
   * Runs the task once the loop has also looked after its sockets: the rest of a long walk. On the
   * loop. What is given to {@link #execute} may run before any socket gets its turn.
   */
  default void executeAfterOthers(Runnable task) {
    executeIn(0, task);
  }

  /**
   * Runs the task in {@code nanos} nanoseconds, and once the loop has looked after its sockets. On
   * the loop.
   */
  void executeIn(long nanos, Runnable task);

  /** Runs the task every {@code millis} milliseconds until the result is run. Any thread. */
  Runnable every(long millis, Runnable task);

  /** Milliseconds of a clock that never goes back. Any thread. */
  long millis();

  /** Nanoseconds of a clock that never goes back: only a difference means something. Any thread. */
  long nanos();
}
