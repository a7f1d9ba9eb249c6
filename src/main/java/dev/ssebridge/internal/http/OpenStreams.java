package dev.ssebridge.internal.http;

import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.fanout.Subscriber;
import dev.ssebridge.spi.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The streams that one bridge object opened, by loop, so that it can end its own when it is closed:
 * not all at once, or all clients would be back at once.
 */
final class OpenStreams {
  private static final System.Logger LOG = System.getLogger(OpenStreams.class.getName());
  private static final long TICK_MILLIS = 50;

  /** Each set belongs to its loop. */
  private final Map<FanoutLoop, Set<Subscriber>> byLoop = new ConcurrentHashMap<>();

  /** On the subscriber's loop. */
  void add(FanoutLoop loop, Subscriber subscriber) {
    byLoop.computeIfAbsent(loop, l -> new LinkedHashSet<>()).add(subscriber);
  }

  /** On the subscriber's loop. */
  void remove(FanoutLoop loop, Subscriber subscriber) {
    Set<Subscriber> open = byLoop.get(loop);
    if (open != null) {
      open.remove(subscriber);
    }
  }

  /**
   * Ends all streams, evenly spread over this time. Any thread.
   *
   * @param overMillis 0 for at once
   * @param lastWords written to a stream before its end; asked once for each
   */
  Future<Void> drain(long overMillis, Supplier<byte @Nullable []> lastWords) {
    List<Future<Void>> loops = new ArrayList<>();
    byLoop.forEach((loop, open) -> loops.add(drain(loop, open, overMillis, lastWords)));
    return Future.all(loops).mapEmpty();
  }

  private static Future<Void> drain(
      FanoutLoop loop,
      Set<Subscriber> open,
      long overMillis,
      Supplier<byte @Nullable []> lastWords) {
    Promise<Void> done = Promise.promise();
    new Drain(loop, open, Math.max(1, overMillis / TICK_MILLIS), lastWords, done).start();
    return done.future();
  }

  private static final class Drain {
    private final FanoutLoop loop;
    private final Set<Subscriber> open;
    private final Supplier<byte @Nullable []> lastWords;
    private final Promise<Void> done;
    private long ticksLeft;
    private @Nullable Runnable stopTimer;

    Drain(
        FanoutLoop loop,
        Set<Subscriber> open,
        long ticks,
        Supplier<byte @Nullable []> lastWords,
        Promise<Void> done) {
      this.loop = loop;
      this.open = open;
      this.ticksLeft = ticks;
      this.lastWords = lastWords;
      this.done = done;
    }

    void start() {
      loop.loop()
          .execute(
              () -> {
                step();
                if (!open.isEmpty()) {
                  stopTimer = loop.loop().every(TICK_MILLIS, this::step);
                }
              });
    }

    private void step() {
      long share = (open.size() + ticksLeft - 1) / ticksLeft;
      ticksLeft = Math.max(1, ticksLeft - 1);
      List<Subscriber> now = open.stream().limit(share).toList();
      for (Subscriber subscriber : now) {
        end(subscriber);
      }
      if (open.isEmpty()) {
        if (stopTimer != null) {
          stopTimer.run();
        }
        done.tryComplete();
      }
    }

    /** One that throws keeps neither the others nor the end from coming. */
    private void end(Subscriber subscriber) {
      try {
        subscriber.close(CloseReason.DRAINED, lastWords.get());
      } catch (RuntimeException e) {
        open.remove(subscriber);
        LOG.log(Level.ERROR, "a stream could not be ended cleanly", e);
      }
    }
  }
}
