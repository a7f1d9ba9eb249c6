package dev.ssebridge.internal.store.redis;

/**
 * Where in a log a number of bytes is reached: sequences and the bytes up to them, in a bounded
 * number of steps, which grow coarser as the log grows.
 */
final class ByteIndex {
  private static final int MOST = 512;

  private final long[] lasts = new long[MOST];
  private final long[] bytes = new long[MOST];
  private int from;
  private int to;
  private long total;

  /** Bytes that it knows of. */
  long total() {
    return total;
  }

  /** Adds this number of bytes, up to this sequence. */
  void add(long last, long more) {
    if (to == MOST) {
      makeRoom();
    }
    lasts[to] = last;
    bytes[to] = more;
    to++;
    total += more;
  }

  private void makeRoom() {
    int size = to - from;
    if (size <= MOST / 2) {
      System.arraycopy(lasts, from, lasts, 0, size);
      System.arraycopy(bytes, from, bytes, 0, size);
      from = 0;
      to = size;
      return;
    }
    int kept = 0;
    for (int i = from; i < to; i += 2) {
      boolean pair = i + 1 < to;
      lasts[kept] = lasts[pair ? i + 1 : i];
      bytes[kept] = bytes[i] + (pair ? bytes[i + 1] : 0);
      kept++;
    }
    from = 0;
    to = kept;
  }

  /** All before this sequence is gone. */
  void dropBelow(long sequence) {
    while (from < to && lasts[from] < sequence) {
      total -= bytes[from];
      from++;
    }
  }

  /** The sequence before which at least this number of bytes is; as late as it must, none is 0. */
  long after(long excess) {
    long gone = 0;
    for (int i = from; i < to; i++) {
      if (gone >= excess) {
        return i == from ? 0 : lasts[i - 1] + 1;
      }
      gone += bytes[i];
    }
    return from == to ? 0 : lasts[to - 1] + 1;
  }

  void clear() {
    from = 0;
    to = 0;
    total = 0;
  }
}
