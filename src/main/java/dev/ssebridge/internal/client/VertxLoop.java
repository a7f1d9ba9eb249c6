package dev.ssebridge.internal.client;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
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
  public boolean execute(Runnable task) {
    ContextInternal target = context;
    if (isOn(target)) {
      task.run();
      return true;
    }
    return hop(target, task);
  }

  /** The same, but never on the thread of a worker that calls: it may be about to wait. */
  public boolean executeUnheld(Runnable task) {
    return isHeldByCaller() ? hop(context, task) : execute(task);
  }

  private boolean hop(ContextInternal target, Runnable task) {
    return runSoon(target, () -> runOn(target, task));
  }

  /**
   * Runs the task on this context, and not before this returns.
   *
   * @return false where Vert.x is closed, so that it never runs
   */
  static boolean runSoon(ContextInternal target, Runnable task) {
    try {
      target.runOnContext(ignored -> task.run());
      return true;
    } catch (RejectedExecutionException shutDown) {
      LOG.log(System.Logger.Level.DEBUG, "the context was shut down", shutDown);
      return false;
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
  public boolean defer(Runnable task) {
    ContextInternal target = context;
    try {
      if (target.isEventLoopContext()) {
        EventExecutor eventLoop = target.nettyEventLoop();
        eventLoop.schedule(
            () -> target.emit(ignored -> runOn(target, task)), 0, TimeUnit.NANOSECONDS);
      } else {
        target.runOnContext(ignored -> runOn(target, task));
      }
      return true;
    } catch (RejectedExecutionException shutDown) {
      LOG.log(System.Logger.Level.DEBUG, "the context was shut down", shutDown);
      return false;
    }
  }

  /**
   * A promise whose future completes on the context of the caller, whatever thread it is; where
   * Vert.x is closed, and no context does anything, on the thread that completes it.
   */
  public static <T> Promise<T> promiseOfCaller(Vertx vertx) {
    return isOver(vertx)
        ? Promise.promise()
        : ((ContextInternal) vertx.getOrCreateContext()).promise();
  }

  /** Whether a Vert.x is closed, or as good as: no context of it does anything any more. */
  public static boolean isOver(Vertx vertx) {
    EventExecutorGroup eventLoops = ((VertxInternal) vertx).nettyEventLoopGroup();
    return eventLoops.isShuttingDown();
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
