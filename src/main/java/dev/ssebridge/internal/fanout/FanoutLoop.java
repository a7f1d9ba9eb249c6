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
  private final BatchCache cache = new BatchCache();
  private final Gather gather = new Gather();

  /**
   * @param random spreads heartbeats and reconnections
   */
  public FanoutLoop(Loop loop, RandomGenerator random) {
    this.loop = loop;
    this.random = random;
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
}
