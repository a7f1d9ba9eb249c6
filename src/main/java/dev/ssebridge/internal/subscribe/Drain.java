package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.fanout.Loop;
import dev.ssebridge.internal.fanout.Subscriber;
import dev.ssebridge.spi.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends streams of one loop, evenly spread over a time, or all clients would be back at once. Each
 * gets what is in its log by its turn, and for that, if it is slow, until the time is over and
 * {@value #GRACE_MILLIS} ms more.
 */
final class Drain {
  static final long GRACE_MILLIS = 250;

  private static final System.Logger LOG = System.getLogger(Drain.class.getName());
  private static final long TICK_MILLIS = 20;

  /** How many streams are handled before others get their turn on the loop. */
  private static final int SLICE = 256;

  // set at construction
  private final Loop loop;
  private final long overMillis;
  private final Supplier<byte @Nullable []> lastWords;
  private final Promise<Void> done = Promise.promise();

  // only the loop
  private List<Subscriber> streams = List.of();
  private int asked;
  private long begunAt;
  private @Nullable Runnable stopTimer;

  /**
   * @param overMillis 0 for at once
   * @param lastWords written to a stream before its end; asked once for each
   */
  Drain(Loop loop, long overMillis, Supplier<byte @Nullable []> lastWords) {
    this.loop = loop;
    this.overMillis = overMillis;
    this.lastWords = lastWords;
  }

  /**
   * Begins. Any thread.
   *
   * @param which the streams, asked once, on the loop
   * @return completed once all of them have ended
   */
  Future<Void> of(Supplier<List<Subscriber>> which) {
    loop.execute(
        () -> {
          streams = which.get();
          begunAt = loop.millis();
          stopTimer = loop.every(TICK_MILLIS, this::tick);
          tick();
        });
    return done.future();
  }

  private void tick() {
    long elapsed = loop.millis() - begunAt;
    int due = dueAfter(elapsed);
    for (int i = 0; asked < due && i < SLICE; i++) {
      Subscriber stream = streams.get(asked++);
      guarded(() -> stream.finish(CloseReason.DRAINED, lastWords.get()));
    }
    if (asked < due) {
      loop.executeAfterOthers(this::tick);
    } else if (asked == streams.size()) {
      streams.removeIf(Subscriber::isOver);
      if (elapsed >= overMillis + GRACE_MILLIS) {
        closeSome();
      }
      asked = streams.size();
      if (streams.isEmpty()) {
        end();
      }
    }
  }

  /** They did not take what there was for them in time. */
  private void closeSome() {
    for (int i = 0; i < SLICE && !streams.isEmpty(); i++) {
      Subscriber stream = streams.remove(streams.size() - 1);
      guarded(() -> stream.close(CloseReason.DRAINED, lastWords.get()));
    }
    if (!streams.isEmpty()) {
      loop.executeAfterOthers(this::tick);
    }
  }

  /** The first at once, the last a little before the time is over. */
  private int dueAfter(long elapsed) {
    int all = streams.size();
    return elapsed >= overMillis ? all : Math.min(all, 1 + (int) (all * elapsed / overMillis));
  }

  /** One that throws keeps neither the others nor the end from coming. */
  private static void guarded(Runnable end) {
    try {
      end.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a stream could not be ended cleanly", e);
    }
  }

  private void end() {
    if (stopTimer != null) {
      stopTimer.run();
      stopTimer = null;
    }
    done.tryComplete();
  }
}
