package dev.ssebridge.internal.fanout;

import io.vertx.core.buffer.Buffer;

/**
 * Consecutive frames of a log, gathered once for every subscriber that stands at the same place.
 * Immutable.
 */
public final class Batch {
  private final long from;
  private final long to;
  private final long last;
  private final int events;
  private final Buffer bytes;

  /**
   * @param from the sequence before the first event that was looked at
   * @param to the sequence of the last event that was looked at
   * @param last the sequence of the last event that is in here, {@code from} where none is
   * @param events how many of them are in here; the others were left out by a filter or a policy
   * @param bytes their frames
   */
  Batch(long from, long to, long last, int events, Buffer bytes) {
    this.from = from;
    this.to = to;
    this.last = last;
    this.events = events;
    this.bytes = bytes;
  }

  /** The same with a block before the frames. */
  Batch after(byte[] block) {
    Buffer all = Buffer.buffer(block.length + bytes.length());
    return new Batch(from, to, last, events, all.appendBytes(block).appendBuffer(bytes));
  }

  /** The sequence before the first event that was looked at. */
  public long from() {
    return from;
  }

  /** The sequence of the last event that was looked at. */
  public long to() {
    return to;
  }

  /** The sequence of the last event that is in here. */
  public long last() {
    return last;
  }

  /** How many events are in here. */
  public int events() {
    return events;
  }

  /** The frames; shared with everybody, so it must not be written to. */
  public Buffer bytes() {
    return bytes;
  }
}
