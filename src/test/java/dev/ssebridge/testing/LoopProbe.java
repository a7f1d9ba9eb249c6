package dev.ssebridge.testing;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks how long the event loops are held: a task that comes back every millisecond notes the CPU
 * time that its loop's thread has used since it ran last. That is an upper bound for what any one
 * task took, and unlike the clock it does not count what other processes took of the machine.
 */
public final class LoopProbe implements AutoCloseable {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final List<Watch> watches = new ArrayList<>();
  private volatile boolean closed;

  private LoopProbe(Set<EventLoop> loops) {
    for (EventLoop loop : loops) {
      Watch watch = new Watch(loop);
      watches.add(watch);
      loop.execute(watch);
    }
  }

  /** Watches all event loops of a Vert.x that has so many. */
  public static LoopProbe of(Vertx vertx, int count) {
    Set<EventLoop> loops = new LinkedHashSet<>();
    while (loops.size() < count) {
      ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
      loops.add(context.nettyEventLoop());
    }
    return new LoopProbe(loops);
  }

  /** Forgets what was seen so far. */
  public void reset() {
    watches.forEach(watch -> watch.longest.set(0));
  }

  /** The longest time that a loop was held, in microseconds of CPU. */
  public long longestMicros() {
    return watches.stream().mapToLong(w -> w.longest.get() / 1000).max().orElse(0);
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class Watch implements Runnable {
    private final EventLoop loop;
    private final AtomicLong longest = new AtomicLong();
    private long last = -1;

    Watch(EventLoop loop) {
      this.loop = loop;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    public void run() {
      long now = THREADS.getCurrentThreadCpuTime();
      if (last >= 0) {
        longest.accumulateAndGet(now - last, Math::max);
      }
      last = now;
      if (!closed && !loop.isShuttingDown()) {
        loop.schedule(this, 1, TimeUnit.MILLISECONDS);
      }
    }
  }
}
