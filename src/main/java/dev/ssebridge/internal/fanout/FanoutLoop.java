package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.log.EventLog;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the shards of one event loop share: its deadlines, the batches made last, and the scratch
 * memory to make them. Everything in here belongs to the loop.
 */
public final class FanoutLoop {
  private final Loop loop;
  private final RandomGenerator random;
  private final DeadlineWheel wheel;
  private final BatchCache cache;
  private final Gather gather = new Gather();

  /**
   * @param random spreads heartbeats and reconnections
   */
  public FanoutLoop(Loop loop, RandomGenerator random) {
    this.loop = loop;
    this.random = random;
    this.cache = new BatchCache(this::tickSoon);
    this.wheel = new DeadlineWheel(loop, cache::clear);
  }

  /** The loop itself. */
  public Loop loop() {
    return loop;
  }

  /** Chance, for this loop only. */
  public RandomGenerator random() {
    return random;
  }

  /**
   * Has a deadline looked at in {@code millis} milliseconds, a tick of {@value
   * DeadlineWheel#TICK_MILLIS} ms sooner or later.
   */
  public void scheduleIn(Deadline deadline, long millis) {
    wheel.scheduleIn(deadline, millis);
  }

  /** Has a deadline not looked at any more. */
  public void cancel(Deadline deadline) {
    wheel.cancel(deadline);
  }

  DeadlineWheel wheel() {
    return wheel;
  }

  /**
   * What follows this cursor, gathered once for all who stand there. The caller owns what it gets.
   *
   * @param most events that the subscriber may still get; one of its own is made where it is fewer
   * @param upTo nor does it get any after this one yet
   * @return {@code null} where nothing follows
   */
  @Nullable Batch next(EventLog log, long cursor, EventFilter filter, long most, long upTo) {
    Batch shared = cache.get(log, cursor, filter);
    if (shared == null) {
      shared = gather.next(log, cursor, filter, Long.MAX_VALUE);
      if (shared != null) {
        cache.put(log, filter, shared);
      }
    }
    if (shared == null || (shared.events() <= most && shared.to() <= upTo)) {
      return shared;
    }
    shared.release();
    return gather.next(log, cursor, filter, most, upTo);
  }

  Gather gather() {
    return gather;
  }

  /** A subscriber has ended. When it was the last, there may be no other tick. */
  void onEnd() {
    if (wheel.scheduled() == 0) {
      cache.clear();
    }
  }

  /** Routes without heartbeats and other deadlines would never turn the wheel. */
  private void tickSoon() {
    wheel.tick();
  }
}
