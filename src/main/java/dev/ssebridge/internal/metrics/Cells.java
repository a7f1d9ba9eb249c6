package dev.ssebridge.internal.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts that one thread adds to and any thread may read: adding costs no more than to a field, and
 * what is read may be of a moment ago. No other object of another thread lies on the same cache
 * lines.
 */
public final class Cells {
  /** Longs before and behind the counts: a cache line. */
  private static final int APART = 8;

  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] cells;

  /** {@code size} counts, all at 0. */
  public Cells(int size) {
    cells = new long[APART + size + APART];
  }

  /** Adds to one of them. Only the thread that they belong to. */
  public void add(int index, long more) {
    int at = APART + index;
    CELL.setOpaque(cells, at, cells[at] + more);
  }

  /** One of them. Any thread. */
  public long get(int index) {
    return (long) CELL.getOpaque(cells, APART + index);
  }
}
