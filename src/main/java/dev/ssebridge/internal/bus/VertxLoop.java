package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.fanout.Loop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** One of Vert.x's event loops. */
final class VertxLoop implements Loop {
  private static final System.Logger LOG = System.getLogger(VertxLoop.class.getName());

  private final EventExecutor eventLoop;

  VertxLoop(EventExecutor eventLoop) {
    this.eventLoop = eventLoop;
  }

  @Override
  public void execute(Runnable task) {
    try {
      eventLoop.execute(task);
    } catch (RejectedExecutionException shutDown) {
      LOG.log(Level.DEBUG, "the event loop was shut down", shutDown);
    }
  }

  @Override
  public boolean isCurrent() {
    return eventLoop.inEventLoop();
  }

  /** Netty runs all tasks that wait, and those that they add, before it looks at a socket. */
  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  public void executeIn(long nanos, Runnable task) {
    try {
      eventLoop.schedule(() -> runLoudly(task), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException shutDown) {
      LOG.log(Level.DEBUG, "the event loop was shut down", shutDown);
    }
  }

  @Override
  public Runnable every(long millis, Runnable task) {
    try {
      ScheduledFuture<?> timer =
          eventLoop.scheduleWithFixedDelay(
              () -> runLoudly(task), millis, millis, TimeUnit.MILLISECONDS);
      return () -> timer.cancel(false);
    } catch (RejectedExecutionException shutDown) {
      LOG.log(Level.DEBUG, "the event loop was shut down", shutDown);
      return () -> {};
    }
  }

  @Override
  public long millis() {
    return nanos() / 1_000_000;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  /** A timer whose task throws would be cancelled in silence. */
  private static void runLoudly(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "a task failed", e);
    }
  }
}
