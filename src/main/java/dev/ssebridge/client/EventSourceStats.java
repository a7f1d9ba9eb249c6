package dev.ssebridge.client;

import io.vertx.codegen.annotations.DataObject;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an {@link EventSource} has done so far, and where it stands. Immutable. */
@DataObject
public final class EventSourceStats {
  private final @Nullable EventSourceState state;
  private final long attempts;
  private final long opened;
  private final long failures;
  private final int failuresInRow;
  private final long events;
  private final long comments;
  private final long bytes;
  private final long oddities;
  private final String lastEventId;
  private final long delayMillis;

  private EventSourceStats(Builder builder) {
    state = builder.state;
    attempts = builder.attempts;
    opened = builder.opened;
    failures = builder.failures;
    failuresInRow = builder.failuresInRow;
    events = builder.events;
    comments = builder.comments;
    bytes = builder.bytes;
    oddities = builder.oddities;
    lastEventId = builder.lastEventId;
    delayMillis = builder.delayMillis;
  }

  /** A builder in which everything is at its beginning; for tests of what reads one. */
  public static Builder builder() {
    return new Builder();
  }

  /** The state, or null before the first connection. */
  public @Nullable EventSourceState state() {
    return state;
  }

  /** Connections begun. */
  public long attempts() {
    return attempts;
  }

  /** Streams opened. */
  public long opened() {
    return opened;
  }

  /** Connections that failed or broke, in all. */
  public long failures() {
    return failures;
  }

  /** The same since the last good stream. */
  public int failuresInRow() {
    return failuresInRow;
  }

  /** Events delivered. */
  public long events() {
    return events;
  }

  /** Comments seen. */
  public long comments() {
    return comments;
  }

  /** Bytes of bodies read, as they came over the wire. */
  public long bytes() {
    return bytes;
  }

  /** Parse oddities seen. */
  public long oddities() {
    return oddities;
  }

  /** The last event id delivered; {@code ""} for none. */
  public String lastEventId() {
    return lastEventId;
  }

  /** Milliseconds of the wait it is in; 0 in any other state. */
  public long delayMillis() {
    return delayMillis;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventSourceStats that && values().equals(that.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  @Override
  public String toString() {
    return "EventSourceStats[state="
        + state
        + ", attempts="
        + attempts
        + ", opened="
        + opened
        + ", failures="
        + failures
        + ", failuresInRow="
        + failuresInRow
        + ", events="
        + events
        + ", comments="
        + comments
        + ", bytes="
        + bytes
        + ", oddities="
        + oddities
        + ", lastEventId="
        + lastEventId
        + ", delayMillis="
        + delayMillis
        + "]";
  }

  private List<@Nullable Object> values() {
    return Arrays.asList(
        state,
        attempts,
        opened,
        failures,
        failuresInRow,
        events,
        comments,
        bytes,
        oddities,
        lastEventId,
        delayMillis);
  }

  /** Builds {@link EventSourceStats}. Not thread-safe. */
  public static final class Builder {
    private @Nullable EventSourceState state;
    private long attempts;
    private long opened;
    private long failures;
    private int failuresInRow;
    private long events;
    private long comments;
    private long bytes;
    private long oddities;
    private String lastEventId = "";
    private long delayMillis;

    private Builder() {}

    /** Sets the state. */
    public Builder state(@Nullable EventSourceState value) {
      state = value;
      return this;
    }

    /** Sets the connections begun. */
    public Builder attempts(long value) {
      attempts = value;
      return this;
    }

    /** Sets the streams opened. */
    public Builder opened(long value) {
      opened = value;
      return this;
    }

    /** Sets the failures in all. */
    public Builder failures(long value) {
      failures = value;
      return this;
    }

    /** Sets the failures since the last good stream. */
    public Builder failuresInRow(int value) {
      failuresInRow = value;
      return this;
    }

    /** Sets the events delivered. */
    public Builder events(long value) {
      events = value;
      return this;
    }

    /** Sets the comments seen. */
    public Builder comments(long value) {
      comments = value;
      return this;
    }

    /** Sets the bytes read. */
    public Builder bytes(long value) {
      bytes = value;
      return this;
    }

    /** Sets the parse oddities seen. */
    public Builder oddities(long value) {
      oddities = value;
      return this;
    }

    /** Sets the last event id delivered. */
    public Builder lastEventId(String lastEventId) {
      this.lastEventId = Objects.requireNonNull(lastEventId, "lastEventId");
      return this;
    }

    /** Sets the wait in milliseconds. */
    public Builder delayMillis(long value) {
      delayMillis = value;
      return this;
    }

    /** What was set. */
    public EventSourceStats build() {
      return new EventSourceStats(this);
    }
  }
}
