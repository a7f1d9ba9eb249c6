package dev.ssebridge.internal.log;

import java.util.function.LongPredicate;

/** Finds a place in a stretch of sequences without walking over it. */
public final class Sequences {
  private Sequences() {}

  /**
   * The first of a stretch for which a condition holds that holds for all after it, too.
   *
   * @return {@code end} where it holds for none
   */
  public static long first(long from, long end, LongPredicate holds) {
    long low = from;
    long high = end;
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (holds.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
