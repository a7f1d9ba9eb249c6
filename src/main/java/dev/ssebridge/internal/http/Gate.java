package dev.ssebridge.internal.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What streams and messages have to pass to be accepted, for the moment in which that happens. Once
 * it is shut nothing more is accepted, and it is known when the last that was is through. Any
 * thread.
 */
public final class Gate {
  private static final int SHUT = Integer.MIN_VALUE;

  /** How many are within, and whether it is shut. */
  private final AtomicInteger state = new AtomicInteger();

  private final Promise<Void> empty = Promise.promise();

  /** Whether one more may pass; one who has passed has to {@link #leave}. */
  public boolean enter() {
    if (state.incrementAndGet() < 0) {
      leave();
      return false;
    }
    return true;
  }

  /** Undoes an {@link #enter}. */
  public void leave() {
    if (state.decrementAndGet() == SHUT) {
      empty.tryComplete();
    }
  }

  /** Lets nobody in any more; completed once nobody is within. */
  public Future<Void> shut() {
    if ((state.getAndUpdate(now -> now | SHUT) & ~SHUT) == 0) {
      empty.tryComplete();
    }
    return empty.future();
  }

  public boolean isShut() {
    return state.get() < 0;
  }
}
