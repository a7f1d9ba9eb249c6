package dev.ssebridge.internal.log;

import org.jspecify.annotations.Nullable;

/**
 * A run of consecutive entries of a log, and the memory that holds their frames. Written by the
 * log's writer only; whatever the log's head covers is visible to any thread.
 *
 * <p>The frames lie one behind the other in arrays that belong to this page alone, so that all of
 * them go with it, and what a page holds is known to the byte. An event costs some thirty bytes
 * beside its frame, and its place is found from its sequence alone.
 */
final class Page {
  /** No array that several frames share is larger. */
  static final int LARGEST = 64 * 1024;

  /** And none is smaller. */
  static final int SMALLEST = 256;

  /** A frame as large as this has an array of its own, which need not wait for the page to go. */
  static final int OWN = LARGEST / 4;

  /** The objects of a page without its entries, in bytes. */
  private static final int PAGE_OVERHEAD = 200;

  /** What an array costs beside what is in it, and to round it up. */
  private static final int ARRAY_OVERHEAD = 24;

  /** Larger than it is in most JVMs. */
  private static final int REFERENCE = 8;

  private static final byte[] NONE = {};

  final long first;

  private final long bytesBefore;
  private final long costBefore;
  private final int expected;

  /** The array that holds the frame; {@code null} where there is none, or it was dropped. */
  final byte[] @Nullable [] chunks;

  final int[] offsets;

  /** 0 where the event was lost, or the entry is not used. */
  final int[] lengths;

  /** Milliseconds of the log's clock. */
  final long[] times;

  /** Which of the channel's addresses; {@code null} for a channel with one. */
  final short @Nullable [] sources;

  /** What events are conflated by; {@code null} for a log that keeps no keys. */
  final @Nullable String @Nullable [] keys;

  /** Whom events are for; {@code null} for a log that keeps no labels. */
  final @Nullable String @Nullable [] labels;

  // only the writer
  private byte[] current = NONE;
  private int used;
  private int filled;
  private long held;

  /**
   * @param bytesBefore what all frames before this page have in bytes
   * @param costBefore what all entries before this page cost in bytes
   * @param expected how many bytes the frames of this page may have together
   */
  Page(long first, int entries, long bytesBefore, long costBefore, int expected, LogShape shape) {
    this.first = first;
    this.bytesBefore = bytesBefore;
    this.costBefore = costBefore;
    this.expected = expected;
    this.chunks = new byte[entries] @Nullable [];
    this.offsets = new int[entries];
    this.lengths = new int[entries];
    this.times = new long[entries];
    this.sources = shape.sources() > 1 ? new short[entries] : null;
    this.keys = shape.keyed() ? new @Nullable String[entries] : null;
    this.labels = shape.labelled() ? new @Nullable String[entries] : null;
    int texts = (keys == null ? 0 : REFERENCE) + (labels == null ? 0 : REFERENCE);
    int entry = REFERENCE + 4 + 4 + 8 + (sources == null ? 0 : 2) + texts;
    this.held = PAGE_OVERHEAD + (long) entry * entries;
  }

  /** The memory that the page holds, in bytes. */
  long held() {
    return held;
  }

  /** What the frames of this page have together, except for those with arrays of their own. */
  int filled() {
    return filled;
  }

  void store(int index, byte[] frame, int offset, int length) {
    byte[] target;
    int at = 0;
    if (length >= OWN) {
      target = new byte[length];
      held += ARRAY_OVERHEAD + length;
    } else {
      if (length > current.length - used) {
        current = new byte[capacity(index, length)];
        used = 0;
        held += ARRAY_OVERHEAD + current.length;
      }
      target = current;
      at = used;
      used += length;
      filled += length;
    }
    System.arraycopy(frame, offset, target, at, length);
    chunks[index] = target;
    offsets[index] = at;
    lengths[index] = length;
  }

  void key(int index, @Nullable String key) {
    held += put(keys, index, key);
  }

  void label(int index, @Nullable String label) {
    held += put(labels, index, label);
  }

  private static long put(@Nullable String @Nullable [] texts, int index, @Nullable String text) {
    if (texts == null) {
      return 0;
    }
    texts[index] = text;
    return costOf(text);
  }

  /** As much as is expected; then a part of what there is, but no more than may be needed. */
  private int capacity(int index, int length) {
    long size = expected;
    if (filled > 0) {
      size = Math.min(filled / 4, (long) (lengths.length - index) * length);
    }
    return (int) Math.max(length, Math.min(LARGEST, Math.max(SMALLEST, size)));
  }

  /** Lets go of what only these entries hold. */
  void drop(int from, int to) {
    for (int i = from; i < to; i++) {
      if (lengths[i] >= OWN && chunks[i] != null) {
        held -= ARRAY_OVERHEAD + lengths[i];
        chunks[i] = null;
      }
    }
  }

  /** The bytes of all frames of the log before this entry. */
  long bytesBefore(int index) {
    long sum = bytesBefore;
    for (int i = 0; i < index; i++) {
      sum += lengths[i];
    }
    return sum;
  }

  /** What all entries of the log before this one cost, in bytes. */
  long costBefore(int index) {
    long sum = costBefore;
    for (int i = 0; i < index; i++) {
      sum += costOf(i);
    }
    return sum;
  }

  /** What an entry counts for in a retention, in bytes; the same as long as there is the page. */
  long costOf(int index) {
    int length = lengths[index];
    return length == 0
        ? 0
        : length + EventLog.ENTRY_OVERHEAD + costOf(keys, index) + costOf(labels, index);
  }

  private static long costOf(@Nullable String @Nullable [] texts, int index) {
    return texts == null ? 0 : costOf(texts[index]);
  }

  private static long costOf(@Nullable String text) {
    return text == null ? 0 : EventLog.KEY_OVERHEAD + 2L * text.length();
  }
}
