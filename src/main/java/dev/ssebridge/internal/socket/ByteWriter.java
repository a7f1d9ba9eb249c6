package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.fanout.Batch;

/**
 * A way from a stream to its socket. Everything happens on the connection's loop; nothing throws,
 * except for a fault.
 */
interface ByteWriter {
  /** A way is full when the socket has not taken this number of bytes, or more. */
  int HIGH_WATER = 64 * 1024;

  /** When fewer bytes than this are left, there is room again. */
  int LOW_WATER = HIGH_WATER / 2;

  /** Whether to write no more until {@link Owner#onRoom}. */
  boolean isFull();

  /** Writes whole frames. */
  void write(Batch batch);

  /** Writes whole comments or events. */
  void write(byte[] block);

  /** Bytes that were written and that the socket has not taken yet; an estimate. */
  long pendingBytes();

  /** A number that changes whenever the socket takes bytes. */
  long progress();

  /**
   * Runs the task once the socket has taken what was written, and the loop is done with that; at
   * once where nothing waits, or nothing can be known of it.
   */
  void afterTheRest(Runnable task);

  /** Drops the connection with all that it holds. False where that cannot be done from here. */
  boolean drop();

  /** Who writes, and is told when there is room. */
  interface Owner {
    /** There is room again. Any thread. */
    void onRoom();

    /** Whether the stream has ended, no matter who ended it. */
    boolean isOver();

    /** Whether this is the loop: what is told of a write may come on the request's own thread. */
    boolean isHere();

    /** Runs the task on the loop. */
    void onLoop(Runnable task);
  }
}
