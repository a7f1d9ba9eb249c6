package dev.ssebridge.internal.bus;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the event bus hands messages over: on the publisher's own thread, one at a time, instead of
 * in the queue of an event loop, which has no bound. Whoever is called here must only pass on what
 * it gets, as others wait meanwhile.
 */
final class Intake extends AbstractEventExecutor implements EventLoop {
  private static final ThreadLocal<Intake> INSIDE = new ThreadLocal<>();

  /** Nobody stays inside for so long, unless two wait for each other. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final EventLoop real;
  private final ContextInternal context;

  /**
   * @param real runs what a publisher brings that is inside of another intake already
   */
  Intake(VertxInternal vertx, EventLoop real) {
    this.real = real;
    this.context = vertx.contextBuilder().withEventLoop(this).build();
  }

  /** The context that consumers are to be made on. */
  ContextInternal context() {
    return context;
  }

  @Override
  public void execute(Runnable task) {
    Intake outer = INSIDE.get();
    if (outer != null && outer != this) {
      // An interceptor of messages has published one: two locks at a time would be one too many.
      real.execute(() -> execute(task));
      return;
    }
    if (!isLocked()) {
      real.execute(() -> execute(task));
      return;
    }
    INSIDE.set(this);
    try {
      task.run();
    } finally {
      if (outer == null) {
        INSIDE.remove();
      }
      lock.unlock();
    }
  }

  /**
   * Whether the lock was got. When it closes, Vert.x comes here with the lock of a consumer that
   * whoever is inside may be waiting for; one of the two has to give way.
   */
  private boolean isLocked() {
    boolean interrupted = false;
    try {
      long end = System.nanoTime() + PATIENCE_NANOS;
      while (true) {
        try {
          return lock.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
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
