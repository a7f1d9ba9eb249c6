package dev.ssebridge.internal.log;

import org.jspecify.annotations.Nullable;

/**
 * A run of {@value #ENTRIES} consecutive entries of a log. Written by the log's writer only;
 * whatever the log's head covers is visible to any thread.
 *
 * <p>The frames themselves lie one behind the other in chunks that a page refers to, so that an
 * event costs some twenty bytes beside its frame, and its place is found from its sequence alone.
 */
final class Page {
  static final int SHIFT = 6;
  static final int ENTRIES = 1 << SHIFT;

  final long first;

  private final long bytesBefore;
  private final long costBefore;

  /** The chunk that holds the frame; {@code null} once the entry was dropped. */
  final byte[] @Nullable [] chunks = new byte[ENTRIES] @Nullable [];

  final int[] offsets = new int[ENTRIES];
  final int[] lengths = new int[ENTRIES];

  /** Milliseconds of the log's clock. */
  final long[] times = new long[ENTRIES];

  /** Which of the channel's addresses; {@code null} for a channel with one. */
  final short @Nullable [] sources;

  /** What events are conflated by; {@code null} for a log that keeps no keys. */
  final @Nullable String @Nullable [] keys;

  /**
   * @param bytesBefore what all frames before this page have in bytes
   * @param costBefore what all entries before this page cost in bytes
   */
  Page(long first, long bytesBefore, long costBefore, LogShape shape) {
    this.first = first;
    this.bytesBefore = bytesBefore;
    this.costBefore = costBefore;
    this.sources = shape.sources() > 1 ? new short[ENTRIES] : null;
    this.keys = shape.keyed() ? new @Nullable String[ENTRIES] : null;
  }

  /** The bytes of all frames of the log before this entry. */
  long bytesBefore(int index) {
    long sum = bytesBefore;
    for (int i = 0; i < index; i++) {
      sum += lengths[i];
    }
    return sum;
  }

  /** What all entries of the log before this one cost in memory, in bytes. */
  long costBefore(int index) {
    long sum = costBefore;
    for (int i = 0; i < index; i++) {
      sum += costOf(i);
    }
    return sum;
  }

  /** What an entry costs in memory, in bytes; the same as long as there is the page. */
  long costOf(int index) {
    String key = keys == null ? null : keys[index];
    long keyCost = key == null ? 0 : EventLog.KEY_OVERHEAD + 2L * key.length();
    return lengths[index] + EventLog.ENTRY_OVERHEAD + keyCost;
  }
}
