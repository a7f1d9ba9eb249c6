package dev.ssebridge.internal.client;

import java.time.Instant;

/** Time, passed in. Tasks run on the context of the one who asks. */
interface Timers {
  /** Milliseconds from some fixed point; never goes back. */
  long now();

  /** The time of day, for dates in headers. */
  Instant wallClock();

  /** Runs the task once after so many milliseconds, if it is not cancelled before. */
  Timer after(long millis, Runnable task);

  /** A task that is yet to run. */
  interface Timer {
    /** No effect once the task has run. */
    void cancel();
  }
}
