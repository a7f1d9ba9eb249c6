package dev.ssebridge.metrics;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was observed of something since the process began, by size. Immutable. */
public final class Distribution {
  private final double[] bounds;
  private final long[] counts;
  private final double sum;

  /**
   * A distribution.
   *
   * @param bounds the largest value of each bucket, ascending
   * @param counts how many values fell into each bucket, and at last how many were larger
   * @param sum of all values
   * @throws IllegalArgumentException if there is not one count more than there are bounds
   */
  public Distribution(double[] bounds, long[] counts, double sum) {
    Objects.requireNonNull(bounds, "bounds");
    Objects.requireNonNull(counts, "counts");
    if (counts.length != bounds.length + 1) {
      throw new IllegalArgumentException(
          "expected " + (bounds.length + 1) + " counts, got " + counts.length);
    }
    this.bounds = bounds.clone();
    this.counts = counts.clone();
    this.sum = sum;
  }

  /** The largest value of each bucket, ascending; a copy. */
  public double[] bounds() {
    return bounds.clone();
  }

  /** How many values fell into each bucket, and at last how many were larger than all; a copy. */
  public long[] counts() {
    return counts.clone();
  }

  /** How many values there were. */
  public long count() {
    return Arrays.stream(counts).sum();
  }

  /** The sum of all values. */
  public double sum() {
    return sum;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Distribution that
        && Arrays.equals(bounds, that.bounds)
        && Arrays.equals(counts, that.counts)
        && sum == that.sum;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts) * 31 + Double.hashCode(sum);
  }

  @Override
  public String toString() {
    return "Distribution[count=" + count() + ", sum=" + sum + "]";
  }
}
