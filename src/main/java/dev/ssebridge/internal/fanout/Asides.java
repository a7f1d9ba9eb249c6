package dev.ssebridge.internal.fanout;

import java.util.ArrayDeque;

/**
 * Events of one stream alone, which wait for their place between those of its channel. Only the
 * loop.
 */
final class Asides {
  /** The most of them that wait for one stream. */
  static final int MOST = 64;

  /** The most bytes that they hold, unless it is a single one. */
  static final int MOST_BYTES = 64 * 1024;

  private final ArrayDeque<Aside> waiting = new ArrayDeque<>(2);
  private int bytes;

  private static final class Aside {
    private final byte[] block;
    private final long after;

    Aside(byte[] block, long after) {
      this.block = block;
      this.after = after;
    }
  }

  /**
   * Adds one, if there is room.
   *
   * @param after the sequence that it follows
   */
  boolean add(byte[] block, long after) {
    boolean room =
        waiting.isEmpty() || (waiting.size() < MOST && block.length <= MOST_BYTES - bytes);
    if (room) {
      waiting.add(new Aside(block, after));
      bytes += block.length;
    }
    return room;
  }

  /** The sequence that the first of them follows; none less than any where there is none. */
  long next() {
    Aside first = waiting.peek();
    return first == null ? Long.MAX_VALUE : first.after;
  }

  byte[] poll() {
    Aside first = waiting.remove();
    bytes -= first.block.length;
    return first.block;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
