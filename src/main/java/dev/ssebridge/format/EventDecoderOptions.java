package dev.ssebridge.format;

import java.util.Objects;

/**
 * How an {@link EventDecoder} treats what the standard leaves open. Immutable.
 *
 * @param maxEventBytes the most bytes that the fields of one event may have on the wire, line ends,
 *     comments and ignored fields not counted, own fields with 64 bytes more than they have; 0 for
 *     no limit (then the largest array is the limit)
 * @param oversized what happens to a larger event
 * @param ownFields whether fields beside the standard ones are read
 * @param maxCommentBytes longer comments are dropped while they arrive; 0 drops all but empty ones
 */
public record EventDecoderOptions(
    long maxEventBytes, Oversized oversized, OwnFields ownFields, int maxCommentBytes) {

  /** 16 MiB. */
  public static final long DEFAULT_MAX_EVENT_BYTES = 16L << 20;

  /** 64 KiB. */
  public static final int DEFAULT_MAX_COMMENT_BYTES = 64 << 10;

  /** What an own field counts beside its bytes, since it takes more memory than them. */
  static final int OWN_FIELD_BYTES = 64;

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

  private static final EventDecoderOptions DEFAULTS =
      new EventDecoderOptions(
          DEFAULT_MAX_EVENT_BYTES, Oversized.FAIL, OwnFields.IGNORE, DEFAULT_MAX_COMMENT_BYTES);

  /** Checks the limits. */
  public EventDecoderOptions {
    Objects.requireNonNull(oversized, "oversized");
    Objects.requireNonNull(ownFields, "ownFields");
    if (maxEventBytes < 0 || maxCommentBytes < 0) {
      throw new IllegalArgumentException(
          "expected maxEventBytes >= 0 and maxCommentBytes >= 0, got "
              + maxEventBytes
              + " and "
              + maxCommentBytes);
    }
  }

  /** 16 MiB per event, larger ones fail, own fields ignored, comments up to 64 KiB. */
  public static EventDecoderOptions defaults() {
    return DEFAULTS;
  }

  /** The same with another limit in bytes; 0 for none. */
  public EventDecoderOptions withMaxEventBytes(long bytes) {
    return new EventDecoderOptions(bytes, oversized, ownFields, maxCommentBytes);
  }

  /** The same with another treatment of events over the limit. */
  public EventDecoderOptions withOversized(Oversized treatment) {
    return new EventDecoderOptions(maxEventBytes, treatment, ownFields, maxCommentBytes);
  }

  /** The same, with own fields read or ignored. */
  public EventDecoderOptions withOwnFields(OwnFields treatment) {
    return new EventDecoderOptions(maxEventBytes, oversized, treatment, maxCommentBytes);
  }

  /** The same with another limit for comments, in bytes. */
  public EventDecoderOptions withMaxCommentBytes(int bytes) {
    return new EventDecoderOptions(maxEventBytes, oversized, ownFields, bytes);
  }
}
