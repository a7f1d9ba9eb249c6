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
  final long baseTime;
  final long bytesBefore;

  /** The chunk that holds the frame; {@code null} once the entry was dropped. */
  final byte[] @Nullable [] chunks = new byte[ENTRIES] @Nullable [];

  final int[] offsets = new int[ENTRIES];
  final int[] lengths = new int[ENTRIES];

  /** Milliseconds since {@link #baseTime}. */
  final int[] times = new int[ENTRIES];

  /** Which of the channel's addresses; {@code null} for a channel with one. */
  final short @Nullable [] sources;

  /** What events are conflated by; {@code null} for a log that keeps no keys. */
  final @Nullable String @Nullable [] keys;

  Page(long first, long baseTime, long bytesBefore, LogShape shape) {
    this.first = first;
    this.baseTime = baseTime;
    this.bytesBefore = bytesBefore;
    this.sources = shape.sources() > 1 ? new short[ENTRIES] : null;
    this.keys = shape.keyed() ? new @Nullable String[ENTRIES] : null;
  }

  long timeOf(int index) {
    return baseTime + times[index];
  }
}
