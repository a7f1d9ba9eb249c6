package dev.ssebridge.bench.fanout;

import java.util.Arrays;

/** Counts durations in classes less than one percent wide. */
final class Histogram {
  private static final int BITS = 7;

  private final long[] counts = new long[(64 - BITS) << BITS];
  private long total;

  void record(long nanos) {
    counts[classOf(Math.max(0, nanos))]++;
    total++;
  }

  void clear() {
    Arrays.fill(counts, 0);
    total = 0;
  }

  /** In milliseconds; {@code NaN} where nothing was recorded. */
  double percentile(double percent) {
    long rank = Math.max(1, (long) Math.ceil(total * percent / 100));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return middle(i) / 1e6;
      }
    }
    return Double.NaN;
  }

  private static int classOf(long value) {
    int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(value | 1) - BITS);
    return (shift << BITS) + (int) (value >>> shift);
  }

  private static double middle(int index) {
    int shift = Math.max(0, (index >> BITS) - 1);
    long low = (long) (index - (shift << BITS)) << shift;
    return low + ((1L << shift) - 1) / 2.0;
  }
}
