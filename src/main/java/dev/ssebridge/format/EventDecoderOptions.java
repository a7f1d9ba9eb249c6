package dev.ssebridge.format;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link EventDecoder} treats what the standard leaves open. Not thread-safe; a decoder
 * takes a copy.
 */
@DataObject
public final class EventDecoderOptions {
  static final Keys<EventDecoderOptions> OPTIONS =
      Keys.of(EventDecoderOptions.class, EventDecoderOptions::new, options -> options.values);

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

  private final Values values;

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
  public EventDecoderOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public EventDecoderOptions(EventDecoderOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public EventDecoderOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private EventDecoderOptions(Values values) {
    this.values = values;
  }

  private static final Key<Long> MAX_EVENT_BYTES =
      OPTIONS
          .key("maxEventBytes", ValueType.size(0), "16MiB")
          .says("Largest event; 0 for no limit");

  /** Largest event; 0 for no limit. In bytes. */
  public long getMaxEventBytes() {
    return values.get(MAX_EVENT_BYTES);
  }

  /**
   * Sets the most bytes that the fields of one event may have on the wire, line ends, comments and
   * ignored fields not counted, own fields with 64 bytes more than they have; 0 for no limit (then
   * the largest array is the limit). Default 16 MiB.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public EventDecoderOptions setMaxEventBytes(long bytes) {
    values.set(MAX_EVENT_BYTES, bytes);
    return this;
  }

  private static final Key<Oversized> OVERSIZED =
      OPTIONS
          .key("oversized", ValueType.oneOf(Oversized.class), "fail")
          .says(
              "What follows a larger event: `fail` gives up the stream, `skip` goes on behind the "
                  + "event");

  /**
   * What follows a larger event: {@code fail} gives up the stream, {@code skip} goes on behind the
   * event.
   */
  public Oversized getOversized() {
    return values.get(OVERSIZED);
  }

  /** Sets what happens to a larger event; by default it fails. */
  public EventDecoderOptions setOversized(Oversized treatment) {
    values.set(OVERSIZED, treatment);
    return this;
  }

  private static final Key<Integer> MAX_COMMENT_BYTES =
      OPTIONS
          .key("maxCommentBytes", ValueType.integer(0, Integer.MAX_VALUE), 65_536)
          .says("Longest comment, in bytes; a longer one is passed over");

  /** Longest comment, in bytes; a longer one is passed over. */
  public int getMaxCommentBytes() {
    return values.get(MAX_COMMENT_BYTES);
  }

  /**
   * Sets the longest comment, in bytes. Longer ones are dropped while they arrive, and reported as
   * a {@link ParseOddity}; 0 drops all but empty ones. Default 64 KiB.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public EventDecoderOptions setMaxCommentBytes(int bytes) {
    values.set(MAX_COMMENT_BYTES, bytes);
    return this;
  }

  private static final Key<OwnFields> OWN_FIELDS =
      OPTIONS
          .key("ownFields", ValueType.oneOf(OwnFields.class), "ignore")
          .says("Whether fields beside those of the standard are read: `ignore` or `read`");

  /** Whether fields beside those of the standard are read: {@code ignore} or {@code read}. */
  public OwnFields getOwnFields() {
    return values.get(OWN_FIELDS);
  }

  /** Sets whether fields beside the standard ones are read; by default they are not. */
  public EventDecoderOptions setOwnFields(OwnFields treatment) {
    values.set(OWN_FIELDS, treatment);
    return this;
  }

  /** As JSON: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventDecoderOptions that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** As JSON. */
  @Override
  public String toString() {
    return values.toString();
  }
}
