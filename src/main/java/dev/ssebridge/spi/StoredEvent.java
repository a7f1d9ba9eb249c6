package dev.ssebridge.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event of a channel as a store keeps it, or a run of events that were lost before they could be
 * stored: {@link #of} and {@link #lost}. Immutable.
 */
public final class StoredEvent {
  private static final byte[] NOTHING = {};

  private final long time;
  private final byte[] frame;
  private final int source;
  private final @Nullable String key;
  private final @Nullable String label;
  private final @Nullable String messageId;
  private final long lost;
  private final @Nullable GapReason reason;

  private StoredEvent(
      long time,
      byte[] frame,
      int source,
      @Nullable String key,
      @Nullable String label,
      @Nullable String messageId,
      long lost,
      @Nullable GapReason reason) {
    this.time = time;
    this.frame = frame;
    this.source = source;
    this.key = key;
    this.label = label;
    this.messageId = messageId;
    this.lost = lost;
    this.reason = reason;
  }

  /**
   * An event.
   *
   * @param time wall-clock milliseconds
   * @param frame its bytes in the event-stream format without a line {@code id}, the blank line
   *     that ends it included; not copied, and not to be changed any more
   * @param source which of the channel's addresses it came from, an index, 0 to 32,766
   * @param key what it is conflated by
   * @param label whom it is for
   * @param messageId what names the message, so that it is stored once, of at most 256 characters
   */
  public static StoredEvent of(
      long time,
      byte[] frame,
      int source,
      @Nullable String key,
      @Nullable String label,
      @Nullable String messageId) {
    if (Objects.requireNonNull(frame, "frame").length == 0) {
      throw new IllegalArgumentException("frame: expected 1 byte or more, got none");
    }
    return new StoredEvent(time, frame, source, key, label, messageId, 0, null);
  }

  /**
   * Stands for {@code count} events that should have come now and never will; each has its
   * sequence.
   *
   * @param count 1 or more; where nobody knows how many, 1 with {@link GapReason#UNKNOWN}
   */
  public static StoredEvent lost(long time, long count, GapReason reason) {
    if (count < 1) {
      throw new IllegalArgumentException("count: expected 1 or more, got " + count);
    }
    Objects.requireNonNull(reason, "reason");
    return new StoredEvent(time, NOTHING, 0, null, null, null, count, reason);
  }

  /** When it came, wall-clock milliseconds. */
  public long time() {
    return time;
  }

  /** Its bytes without an id; empty for lost events. Not to be changed. */
  public byte[] frame() {
    return frame;
  }

  /** Which of the channel's addresses, an index. */
  public int source() {
    return source;
  }

  /** What it is conflated by. */
  public @Nullable String key() {
    return key;
  }

  /** Whom it is for. */
  public @Nullable String label() {
    return label;
  }

  /** What names the message. */
  public @Nullable String messageId() {
    return messageId;
  }

  /** How many events were lost, 0 where this is one. */
  public long lost() {
    return lost;
  }

  /** Why they were lost; {@code null} where this is an event. */
  public @Nullable GapReason reason() {
    return reason;
  }

  /** How many sequences it takes: 1, or as many as were lost. */
  public long span() {
    return lost == 0 ? 1 : lost;
  }
}
