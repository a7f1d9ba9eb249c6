package dev.ssebridge.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive frames of a log, gathered once for every subscriber that stands at the same place.
 *
 * <p>The frames lie in one direct buffer, with room before and behind them, so that the framing of
 * a transport fits around them and no connection needs a copy of its own. The buffer is counted:
 * one who keeps a batch {@linkplain #retain retains} it, and it is given back once the last socket
 * has taken it. Belongs to one loop.
 */
public final class Batch {
  /** Bytes before the frames that a sink may write to, once for all sinks of its kind. */
  public static final int HEADROOM = 16;

  /** Bytes behind the frames that a sink may write to. */
  public static final int TAILROOM = 2;

  private final long from;
  private final long to;
  private final long first;
  private final long last;
  private final int events;
  private final long filtered;
  private final ByteBuf memory;
  private @Nullable Buffer copy;
  private @Nullable ByteBuf framed;
  private byte @Nullable [] framedCopy;

  /**
   * @param from the sequence before the first event that was looked at
   * @param to the sequence of the last event that was looked at
   * @param first the sequence of the first event that is in here, {@code from} where none is
   * @param last the sequence of the last event that is in here, {@code from} where none is
   * @param events how many of them are in here; the others were left out by a filter or a policy
   * @param filtered how many were left out by a filter
   * @param memory {@link #HEADROOM} bytes, the frames, {@link #TAILROOM} bytes; the readable part
   *     is the frames; owned by the batch from now on
   */
  Batch(long from, long to, long first, long last, int events, long filtered, ByteBuf memory) {
    this.from = from;
    this.to = to;
    this.first = first;
    this.last = last;
    this.events = events;
    this.filtered = filtered;
    this.memory = memory;
  }

  /** The sequence before the first event that was looked at. */
  public long from() {
    return from;
  }

  /** The sequence of the last event that was looked at. */
  public long to() {
    return to;
  }

  /** The sequence of the first event that is in here. */
  long first() {
    return first;
  }

  /** The sequence of the last event that is in here. */
  public long last() {
    return last;
  }

  /** How many events are in here. */
  public int events() {
    return events;
  }

  /**
   * How many of the events that were looked at are of addresses that the filter does not accept.
   */
  public long filtered() {
    return filtered;
  }

  /** How many were left out because a newer one of their key follows. */
  public long merged() {
    return to - from - events - filtered;
  }

  /** The length of all frames in bytes. */
  public int length() {
    return memory.readableBytes();
  }

  /** A copy of the frames on the heap, made once; it outlives the batch. */
  public Buffer bytes() {
    Buffer known = copy;
    if (known == null) {
      byte[] heap = new byte[memory.readableBytes()];
      memory.getBytes(memory.readerIndex(), heap);
      known = Buffer.buffer(heap);
      copy = known;
    }
    return known;
  }

  /**
   * The frames with a transport's framing around them, made once for all connections.
   *
   * @return belongs to the batch; a connection that keeps it takes a {@linkplain
   *     ByteBuf#retainedSlice retained slice}
   */
  public ByteBuf framed(Framing framing) {
    ByteBuf known = framed;
    if (known == null) {
      known = framing.frame(memory);
      framed = known;
    }
    return known;
  }

  /** Room for {@code length} bytes of frames. */
  static ByteBuf memory(int length) {
    return PooledByteBufAllocator.DEFAULT
        .directBuffer(HEADROOM + length + TAILROOM)
        .setIndex(HEADROOM, HEADROOM);
  }

  /** The same with a block before the frames; takes the place of this one. */
  Batch after(byte[] block) {
    ByteBuf both = memory(block.length + length()).writeBytes(block);
    both.writeBytes(memory, memory.readerIndex(), length());
    release();
    return new Batch(from, to, first, last, events, filtered, both);
  }

  /** The same on the heap, for a transport that copies from there more cheaply. */
  public byte[] framedOnHeap(Framing framing) {
    byte[] known = framedCopy;
    if (known == null) {
      ByteBuf direct = framed(framing);
      known = new byte[direct.readableBytes()];
      direct.getBytes(direct.readerIndex(), known);
      framedCopy = known;
    }
    return known;
  }

  Batch retain() {
    memory.retain();
    return this;
  }

  void release() {
    memory.release();
  }

  /** A transport's framing of a chunk of bytes. */
  @FunctionalInterface
  public interface Framing {
    /**
     * Writes around the readable bytes, into the {@link #HEADROOM} and {@link #TAILROOM}, and
     * returns the part of the same memory that is then to be sent, without retaining it.
     */
    ByteBuf frame(ByteBuf memory);
  }
}
