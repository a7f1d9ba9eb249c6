package dev.ssebridge.internal.bus;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.Future;
import io.vertx.core.internal.ContextInternal;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the event bus hands messages over: on the publisher's own thread, one at a time, instead of
 * in the queue of an event loop, which has no bound. The code that is called here must only pass on
 * what it gets, as others wait meanwhile.
 *
 * <p>Who comes while another thread is inside leaves its task with that one and goes: Vert.x comes
 * here with the lock of a consumer that the one inside may be waiting for, as soon as it closes. So
 * nobody waits here without end; if more than a few tasks have been left, one does for a moment.
 */
final class Intake extends AbstractEventExecutor implements EventLoop {
  /** The most tasks that one thread runs in a row; a loop gets the others. */
  static final int SLICE = 256;

  /** How many tasks may be left; a thread that brings one more waits. */
  static final int MANY = 1024;

  private static final System.Logger LOG = System.getLogger(Intake.class.getName());

  /** As long as that; two that wait for each other go on then. */
  private static final long MOMENT_MILLIS = 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> left = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final EventLoop real;
  private final ContextInternal context;

  // guarded by the lock
  private boolean posted;

  /**
   * @param context its loop runs what is too much for a publisher
   */
  Intake(ContextInternal context) {
    this.real = context.nettyEventLoop();
    this.context = context.owner().contextBuilder().withEventLoop(this).build();
  }

  /** The context that consumers are to be made on. */
  ContextInternal context() {
    return context;
  }

  /** Runs the task behind those that came before, here or on another thread. Any thread. */
  @Override
  public void execute(Runnable task) {
    left.add(Posted.isNow() ? new PostedTask(task) : task);
    boolean many = count.incrementAndGet() > MANY;
    if (!lock.isHeldByCurrentThread() && isLocked(many)) {
      runSome();
    }
  }

  private boolean isLocked(boolean waiting) {
    if (lock.tryLock()) {
      return true;
    }
    try {
      return waiting && lock.tryLock(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What hands over a message that was posted to a bridge; any thread may run it. */
  private record PostedTask(Runnable task) implements Runnable {
    @Override
    public void run() {
      task.run();
    }
  }

  /** Whether the message that is being handed over was posted. Only within a task. */
  boolean isPosted() {
    return posted;
  }

  /** With the lock. */
  private void runSome() {
    int some = SLICE;
    do {
      try {
        Runnable task;
        while (some > 0 && (task = left.poll()) != null) {
          some--;
          count.decrementAndGet();
          posted = task instanceof PostedTask;
          guarded(task);
        }
      } finally {
        lock.unlock();
      }
      // What was left before the lock was free again is for nobody else.
    } while (some > 0 && !left.isEmpty() && lock.tryLock());
    if (some == 0 && !left.isEmpty()) {
      try {
        real.execute(this::runMore);
      } catch (RejectedExecutionException e) {
        LOG.log(Level.DEBUG, "the loop has ended, and with it those who listened", e);
      }
    }
  }

  private void runMore() {
    if (lock.tryLock()) {
      runSome();
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "a message of the event bus could not be taken", e);
    }
  }

  @Override
  public boolean inEventLoop() {
    return lock.isHeldByCurrentThread();
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return thread == Thread.currentThread() && lock.isHeldByCurrentThread();
  }

  @Override
  public EventLoopGroup parent() {
    return real.parent();
  }

  @Override
  public EventLoop next() {
    return this;
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return real.register(channel);
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    return real.register(promise);
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    return real.register(channel, promise);
  }

  @Override
  public boolean isShuttingDown() {
    return real.isShuttingDown();
  }

  @Override
  public boolean isShutdown() {
    return real.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return real.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return real.awaitTermination(timeout, unit);
  }

  @Override
  public Future<?> terminationFuture() {
    return real.terminationFuture();
  }

  /** It has no thread of its own that could be shut down. */
  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    return real.terminationFuture();
  }

  @Override
  @Deprecated
  public void shutdown() {}
}
