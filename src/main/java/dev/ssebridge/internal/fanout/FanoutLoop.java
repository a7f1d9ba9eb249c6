package dev.ssebridge.internal.fanout;

import java.util.random.RandomGenerator;

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

  DeadlineWheel wheel() {
    return wheel;
  }

  BatchCache cache() {
    return cache;
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
