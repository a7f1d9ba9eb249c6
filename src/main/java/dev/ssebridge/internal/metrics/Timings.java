package dev.ssebridge.internal.metrics;

import dev.ssebridge.metrics.Distribution;
import java.util.concurrent.atomic.AtomicLongArray;

/** How long something took, counted by any thread; for what happens but seldom. */
public final class Timings {
  private final AtomicLongArray cells = new AtomicLongArray(Scale.SECONDS.cells());

  /** It took {@code nanos} nanoseconds. */
  public void observe(long nanos) {
    cells.getAndIncrement(Scale.SECONDS.bucket(nanos));
    cells.getAndAdd(Scale.SECONDS.sum(), nanos);
  }

  /** What was observed. */
  public Distribution read() {
    return Scale.SECONDS.read(cells::get);
  }
}
