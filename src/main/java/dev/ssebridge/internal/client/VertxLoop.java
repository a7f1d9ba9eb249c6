package dev.ssebridge.internal.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A Vert.x context. */
public final class VertxLoop implements Loop {
  private static final System.Logger LOG = System.getLogger(VertxLoop.class.getName());

  private volatile ContextInternal context;

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
    ContextInternal target = context;
    if (isOn(target)) {
      task.run();
    } else {
      target.runOnContext(ignored -> runOn(target, task));
    }
  }

  /** The same, but never on the thread of a worker that calls: it may be about to wait. */
  public void executeUnheld(Runnable task) {
    ContextInternal target = context;
    if (isHeldByCaller()) {
      target.runOnContext(ignored -> runOn(target, task));
    } else {
      execute(task);
    }
  }

  private static boolean isOn(ContextInternal target) {
    ContextInternal current = ContextInternal.current();
    return current != null && current.unwrap() == target && target.inThread();
  }

  private void runOn(ContextInternal target, Runnable task) {
    if (target == context) {
      task.run();
    } else {
      execute(task);
    }
  }

  /** Whether the caller is a worker on this context, so that nothing happens while it waits. */
  public boolean isHeldByCaller() {
    ContextInternal target = context;
    return target.threadingModel() == ThreadingModel.WORKER && isOn(target);
  }

  /**
   * Where the caller is a worker on this context, it becomes an event loop from now on: not another
   * worker, since all of them may be waiting.
   *
   * @return whether it did
   */
  public boolean moveAside() {
    boolean held = isHeldByCaller();
    if (held) {
      context = context.owner().createEventLoopContext();
    }
    return held;
  }

  /** Netty runs all tasks that wait, and those that they add, before it looks at a socket. */
  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  public void defer(Runnable task) {
    ContextInternal target = context;
    try {
      if (target.isEventLoopContext()) {
        target
            .nettyEventLoop()
            .schedule(() -> target.emit(ignored -> runOn(target, task)), 0, TimeUnit.NANOSECONDS);
      } else {
        target.runOnContext(ignored -> runOn(target, task));
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
    ContextInternal target = context;
    long id = target.setTimer(Math.max(1, millis), fired -> task.run());
    return () -> target.owner().cancelTimer(id);
  }
}
