package dev.ssebridge.internal.client;

import java.time.Instant;

/** The context a source lives on: its thread and its time, passed in. */
interface Loop {
  /** Milliseconds from some fixed point; never goes back. */
  long now();

  /** The time of day, for dates in headers. */
  Instant wallClock();

  /**
   * Runs the task on the context, now if this is called on its thread; from any thread.
   *
   * @return false where there is no context any more, so that it never runs
   */
  boolean execute(Runnable task);

  /**
   * Runs the task on the context, never before this returns, and on an event loop after what waits
   * there already, sockets included.
   *
   * @return false where there is no context any more, so that it never runs
   */
  boolean defer(Runnable task);

  /**
   * Runs the task on the context after {@code millis} milliseconds, if it is not cancelled before.
   */
  Timer after(long millis, Runnable task);

  /** A task that is yet to run. */
  interface Timer {
    /** No effect once the task has run. */
    void cancel();
  }
}
