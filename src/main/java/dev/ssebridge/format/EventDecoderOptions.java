package dev.ssebridge.format;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link EventDecoder} treats what the standard leaves open. Not thread-safe; whoever is
 * given options takes a copy.
 */
public final class EventDecoderOptions {

  /** 16 MiB. */
  public static final long DEFAULT_MAX_EVENT_BYTES = 16L << 20;

  /** Larger events fail. */
  public static final Oversized DEFAULT_OVERSIZED = Oversized.FAIL;

  /** Own fields are ignored. */
  public static final OwnFields DEFAULT_OWN_FIELDS = OwnFields.IGNORE;

  /** 64 KiB. */
  public static final int DEFAULT_MAX_COMMENT_BYTES = 64 << 10;

  /** What an own field counts beside its bytes, since it takes more memory than them. */
  static final int OWN_FIELD_BYTES = 64;

  private long maxEventBytes = DEFAULT_MAX_EVENT_BYTES;
  private Oversized oversized = DEFAULT_OVERSIZED;
  private OwnFields ownFields = DEFAULT_OWN_FIELDS;
  private int maxCommentBytes = DEFAULT_MAX_COMMENT_BYTES;

  /** What happens to an event that is larger than the limit. */
  public enum Oversized {
    /** Decoding stops with an {@link EventTooLargeException}. */
    FAIL,
    /** The event is passed over and reported as a {@link ParseOddity}; its id is not taken. */
    SKIP
  }

  /** Whether fields beside the standard ones are read. */
  public enum OwnFields {
    /** They come with the event, the last one of a name wins, and they count for its size. */
    READ,
    /** They are reported as a {@link ParseOddity} and take no memory. */
    IGNORE
  }

  /** 16 MiB per event, larger ones fail, own fields ignored, comments up to 64 KiB. */
  public EventDecoderOptions() {}

  /** A copy. */
  public EventDecoderOptions(EventDecoderOptions other) {
    maxEventBytes = other.maxEventBytes;
    oversized = other.oversized;
    ownFields = other.ownFields;
    maxCommentBytes = other.maxCommentBytes;
  }

  /** The largest event, in bytes; 0 for no limit. */
  public long getMaxEventBytes() {
    return maxEventBytes;
  }

  /**
   * Sets the most bytes that the fields of one event may have on the wire, line ends, comments and
   * ignored fields not counted, own fields with 64 bytes more than they have; 0 for no limit (then
   * the largest array is the limit). Default 16 MiB.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public EventDecoderOptions setMaxEventBytes(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("maxEventBytes: expected 0 or more, got " + bytes);
    }
    maxEventBytes = bytes;
    return this;
  }

  /** What happens to a larger event. */
  public Oversized getOversized() {
    return oversized;
  }

  /** Sets what happens to a larger event; by default it fails. */
  public EventDecoderOptions setOversized(Oversized treatment) {
    oversized = Objects.requireNonNull(treatment, "oversized");
    return this;
  }

  /** Whether fields beside the standard ones are read. */
  public OwnFields getOwnFields() {
    return ownFields;
  }

  /** Sets whether fields beside the standard ones are read; by default they are not. */
  public EventDecoderOptions setOwnFields(OwnFields treatment) {
    ownFields = Objects.requireNonNull(treatment, "ownFields");
    return this;
  }

  /** The longest comment, in bytes. */
  public int getMaxCommentBytes() {
    return maxCommentBytes;
  }

  /**
   * Sets the longest comment, in bytes. Longer ones are dropped while they arrive; 0 drops all but
   * empty ones. Default 64 KiB.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public EventDecoderOptions setMaxCommentBytes(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("maxCommentBytes: expected 0 or more, got " + bytes);
    }
    maxCommentBytes = bytes;
    return this;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventDecoderOptions that
        && maxEventBytes == that.maxEventBytes
        && oversized == that.oversized
        && ownFields == that.ownFields
        && maxCommentBytes == that.maxCommentBytes;
  }

  @Override
  public int hashCode() {
    return Objects.hash(maxEventBytes, oversized, ownFields, maxCommentBytes);
  }

  @Override
  public String toString() {
    return "EventDecoderOptions[maxEventBytes="
        + maxEventBytes
        + ", oversized="
        + oversized
        + ", ownFields="
        + ownFields
        + ", maxCommentBytes="
        + maxCommentBytes
        + "]";
  }
}
