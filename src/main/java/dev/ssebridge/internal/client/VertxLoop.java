package dev.ssebridge.internal.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A Vert.x context. */
public final class VertxLoop implements Loop {
  private static final System.Logger LOG = System.getLogger(VertxLoop.class.getName());

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

  /** Within {@code executeBlocking} the context is the same, but the thread is a worker's. */
  @Override
  public void execute(Runnable task) {
    ContextInternal current = ContextInternal.current();
    if (current != null && current.unwrap() == context && context.inThread()) {
      task.run();
    } else {
      context.runOnContext(ignored -> task.run());
    }
  }

  /** Netty runs all tasks that wait, and those that they add, before it looks at a socket. */
  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  public void defer(Runnable task) {
    try {
      if (context.isEventLoopContext()) {
        context
            .nettyEventLoop()
            .schedule(() -> context.emit(ignored -> task.run()), 0, TimeUnit.NANOSECONDS);
      } else {
        context.runOnContext(ignored -> task.run());
      }
    } catch (RejectedExecutionException shutDown) {
      LOG.log(System.Logger.Level.DEBUG, "the context was shut down", shutDown);
    }
  }

  /** A promise whose future completes on the context of the caller, whatever thread it is. */
  public static <T> Promise<T> promiseOfCaller(Vertx vertx) {
    return ((ContextInternal) vertx.getOrCreateContext()).promise();
  }

  /** The same, but completed on the context of the caller. */
  public static <T> Future<T> toCaller(Vertx vertx, Future<T> future) {
    Promise<T> promise = promiseOfCaller(vertx);
    future.onComplete(promise);
    return promise.future();
  }

  @Override
  public Timer after(long millis, Runnable task) {
    long id = context.setTimer(Math.max(1, millis), fired -> task.run());
    return () -> context.owner().cancelTimer(id);
  }
}
