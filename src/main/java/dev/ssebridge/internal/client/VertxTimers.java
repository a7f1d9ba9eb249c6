package dev.ssebridge.internal.client;

import io.vertx.core.Vertx;
import java.time.Instant;

/** The real time; tasks run on the context that {@link #after} is called on. */
final class VertxTimers implements Timers {
  private final Vertx vertx;

  VertxTimers(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public long now() {
    return System.nanoTime() / 1_000_000;
  }

  @Override
  public Instant wallClock() {
    return Instant.now();
  }

  @Override
  public Timer after(long millis, Runnable task) {
    long id = vertx.setTimer(Math.max(1, millis), fired -> task.run());
    return () -> vertx.cancelTimer(id);
  }
}
