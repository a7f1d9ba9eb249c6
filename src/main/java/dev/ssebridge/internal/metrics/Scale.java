package dev.ssebridge.internal.metrics;

import dev.ssebridge.metrics.Distribution;
import java.util.Arrays;
import java.util.function.IntToLongFunction;

/**
 * The buckets of a histogram, and where they lie among the counts of a thread: one cell for each
 * bucket, one for what is larger, and one for the sum.
 */
@SuppressWarnings("ImmutableEnumChecker") // nobody else has the array
public enum Scale {
  /** From how long something takes, in nanoseconds, to seconds. */
  SECONDS(
      1e9,
      100_000,
      250_000,
      500_000,
      1_000_000,
      2_500_000,
      5_000_000,
      10_000_000,
      25_000_000,
      100_000_000,
      250_000_000,
      1_000_000_000,
      5_000_000_000L,
      30_000_000_000L),

  /** From how old something is, in milliseconds, to seconds; nothing is behind that is 0 old. */
  AGE(1e3, 0, 10, 100, 500, 1000, 5000, 10_000, 30_000, 60_000, 300_000, 1_800_000),

  /** Numbers of events. */
  EVENTS(1, 0, 1, 10, 100, 1000, 10_000, 100_000);

  private final double unit;
  private final long[] bounds;

  Scale(double unit, long... bounds) {
    this.unit = unit;
    this.bounds = bounds;
  }

  /** How many cells it takes. */
  public int cells() {
    return bounds.length + 2;
  }

  /** The bucket of a value. */
  public int bucket(long value) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    return bucket;
  }

  /** Where the sum is, behind the buckets. */
  public int sum() {
    return bounds.length + 1;
  }

  /**
   * Counts a value {@code times} times. Only the thread that the cells belong to.
   *
   * @param at the first of its cells
   */
  public void observe(Cells cells, int at, long value, long times) {
    cells.add(at + bucket(value), times);
    cells.add(at + sum(), value * times);
  }

  /** What was observed. */
  public Distribution read(IntToLongFunction cell) {
    long[] counts = new long[bounds.length + 1];
    Arrays.setAll(counts, cell);
    return new Distribution(bounds(), counts, cell.applyAsLong(sum()) / unit);
  }

  /** The largest value of each bucket, in seconds or events. */
  public double[] bounds() {
    return Arrays.stream(bounds).mapToDouble(bound -> bound / unit).toArray();
  }
}
