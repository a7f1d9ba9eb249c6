package dev.ssebridge.internal.client;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Instant;

/** A Vert.x context. */
public final class VertxLoop implements Loop {
  private final ContextInternal context;

  private VertxLoop(ContextInternal context) {
    this.context = context;
  }

  /** The context this is called on, or a new one where it is called on none. */
  public static VertxLoop current(Vertx vertx) {
    return new VertxLoop(((ContextInternal) vertx.getOrCreateContext()).unwrap());
  }

  /** The context. */
  public ContextInternal context() {
    return context;
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
  public void execute(Runnable task) {
    ContextInternal current = ContextInternal.current();
    if (current != null && current.unwrap() == context) {
      task.run();
    } else {
      context.runOnContext(ignored -> task.run());
    }
  }

  @Override
  public Timer after(long millis, Runnable task) {
    long id = context.setTimer(Math.max(1, millis), fired -> task.run());
    return () -> context.owner().cancelTimer(id);
  }
}
