package dev.ssebridge.internal.log;

import org.jspecify.annotations.Nullable;

/**
 * Where one entry of a log lies: filled by {@link EventLog#read}, so that walking a log allocates
 * nothing. The bytes are shared with everybody and must not be written to. Belongs to one thread.
 */
public final class EntryView {
  private static final byte[] NOTHING = {};

  long sequence;
  byte[] bytes = NOTHING;
  int offset;
  int length;
  long time;
  int source;
  @Nullable String key;
  @Nullable String label;

  /** Its place in the log's dense order, from 1. */
  public long sequence() {
    return sequence;
  }

  /** The array that holds the frame, from {@link #offset} on. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the frame begins. */
  public int offset() {
    return offset;
  }

  /** The length of the frame in bytes. */
  public int length() {
    return length;
  }

  /** When the entry was appended, milliseconds of the log's clock. */
  public long time() {
    return time;
  }

  /** Which of the channel's addresses it came from, an index. */
  public int source() {
    return source;
  }

  /** What it is conflated by, or {@code null} where it has no key. */
  public @Nullable String key() {
    return key;
  }

  /** Whom it is for, or {@code null} where nothing says so. */
  public @Nullable String label() {
    return label;
  }
}
