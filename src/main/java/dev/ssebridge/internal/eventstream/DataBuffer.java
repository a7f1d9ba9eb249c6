package dev.ssebridge.internal.eventstream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The data buffer of a block: its {@code data} lines, to be joined by LF. A single line stays where
 * it was read, without a copy, until {@link #keep()}. Not thread-safe.
 */
public final class DataBuffer {
  private static final byte[] NOTHING = {};

  /** A larger buffer is given back once its event is done. */
  private static final int KEPT_BUFFER_BYTES = 64 << 10;

  private boolean empty = true;

  // The only line so far, where it was read.
  private byte @Nullable [] slice;
  private int sliceOffset;
  private int sliceLength;

  // All lines so far, when there is no slice.
  private byte[] kept = NOTHING;
  private int keptLength;

  /** Whether no line came. */
  public boolean isEmpty() {
    return empty;
  }

  /** Adds a line; the bytes must stay as they are until the next call of any method here. */
  public void add(byte[] bytes, int offset, int length) {
    if (empty) {
      empty = false;
      slice = bytes;
      sliceOffset = offset;
      sliceLength = length;
    } else {
      keep();
      reserve(1 + (long) length);
      kept[keptLength++] = '\n';
      append(bytes, offset, length);
    }
  }

  /** Copies what still lies in a foreign array. */
  public void keep() {
    if (slice != null) {
      reserve(sliceLength);
      append(slice, sliceOffset, sliceLength);
      slice = null;
    }
  }

  /** The lines as text; the buffer is empty afterwards. */
  public String take(Utf8Decoder utf8) {
    String text =
        slice != null ? utf8.text(slice, sliceOffset, sliceLength) : utf8.text(kept, 0, keptLength);
    clear();
    return text;
  }

  /** Forgets the lines. */
  public void clear() {
    empty = true;
    slice = null;
    keptLength = 0;
    if (kept.length > KEPT_BUFFER_BYTES) {
      kept = NOTHING;
    }
  }

  /** The bytes of the buffer; that of an event that is done is given back. */
  public long held() {
    if (empty) {
      kept = NOTHING;
    }
    return kept.length;
  }

  private void reserve(long more) {
    long needed = keptLength + more;
    if (needed > kept.length) {
      long size = Math.max(needed, Math.min(2L * kept.length, Integer.MAX_VALUE - 64));
      kept = Arrays.copyOf(kept, Math.toIntExact(Math.max(64, size)));
    }
  }

  private void append(byte[] bytes, int offset, int length) {
    System.arraycopy(bytes, offset, kept, keptLength, length);
    keptLength += length;
  }
}
