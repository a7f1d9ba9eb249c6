package dev.ssebridge.client;

import io.vertx.codegen.annotations.DataObject;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One step of an {@link EventSource} from one state to another. Immutable. */
@DataObject
public final class EventSourceTransition {
  private final @Nullable EventSourceState from;
  private final EventSourceState to;
  private final EventSourceReason reason;
  private final @Nullable EventSourceException cause;
  private final long attempt;
  private final long delayMillis;

  private EventSourceTransition(Builder builder) {
    from = builder.from;
    to = builder.to;
    reason = builder.reason;
    cause = builder.cause;
    attempt = builder.attempt;
    delayMillis = builder.delayMillis;
  }

  /** A builder in which everything is at its beginning; for tests of what reads one. */
  public static Builder builder() {
    return new Builder();
  }

  /** The state before; null for the first step. */
  public @Nullable EventSourceState from() {
    return from;
  }

  /** The state now. */
  public EventSourceState to() {
    return to;
  }

  /** Why. */
  public EventSourceReason reason() {
    return reason;
  }

  /** What went wrong, or null where nothing did. */
  public @Nullable EventSourceException cause() {
    return cause;
  }

  /** How many connections were begun so far, this one included. */
  public long attempt() {
    return attempt;
  }

  /** Milliseconds until the next connection; 0 unless {@link #to} is waiting. */
  public long delayMillis() {
    return delayMillis;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventSourceTransition that && values().equals(that.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  @Override
  public String toString() {
    return "EventSourceTransition[from="
        + from
        + ", to="
        + to
        + ", reason="
        + reason
        + ", cause="
        + cause
        + ", attempt="
        + attempt
        + ", delayMillis="
        + delayMillis
        + "]";
  }

  private List<@Nullable Object> values() {
    return Arrays.asList(from, to, reason, cause, attempt, delayMillis);
  }

  /** Builds {@link EventSourceTransition}. Not thread-safe. */
  public static final class Builder {
    private @Nullable EventSourceState from;
    private EventSourceState to = EventSourceState.CONNECTING;
    private EventSourceReason reason = EventSourceReason.STARTED;
    private @Nullable EventSourceException cause;
    private long attempt;
    private long delayMillis;

    private Builder() {}

    /** Sets the state before. */
    public Builder from(@Nullable EventSourceState value) {
      from = value;
      return this;
    }

    /** Sets the state now. */
    public Builder to(EventSourceState to) {
      this.to = Objects.requireNonNull(to, "to");
      return this;
    }

    /** Sets why. */
    public Builder reason(EventSourceReason reason) {
      this.reason = Objects.requireNonNull(reason, "reason");
      return this;
    }

    /** Sets what went wrong. */
    public Builder cause(@Nullable EventSourceException value) {
      cause = value;
      return this;
    }

    /** Sets the connections begun so far. */
    public Builder attempt(long value) {
      attempt = value;
      return this;
    }

    /** Sets the milliseconds until the next connection. */
    public Builder delayMillis(long value) {
      delayMillis = value;
      return this;
    }

    /** What was set. */
    public EventSourceTransition build() {
      return new EventSourceTransition(this);
    }
  }
}
