package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a subscriber may fall behind before the policy of its route acts; a limit that is not set
 * is none.
 */
@DataObject
public final class LagOptions {
  static final Keys<LagOptions> OPTIONS =
      Keys.of(LagOptions.class, LagOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public LagOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public LagOptions(LagOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public LagOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private LagOptions(Values values) {
    this.values = values;
  }

  private static final Key<Long> EVENTS =
      OPTIONS
          .optional("events", ValueType.atLeast(1))
          .says("Too far behind: this many events")
          .forWhom(Key.Audience.MANY);

  /** Too far behind: this many events. */
  public @Nullable Long getEvents() {
    return values.optional(EVENTS);
  }

  /** Sets {@link #getEvents}. */
  public LagOptions setEvents(@Nullable Long events) {
    values.setOptional(EVENTS, events);
    return this;
  }

  private static final Key<Long> BYTES =
      OPTIONS
          .optional("bytes", ValueType.size(1))
          .says("Too far behind: this many bytes")
          .forWhom(Key.Audience.MANY);

  /** Too far behind: this many bytes. */
  public @Nullable Long getBytes() {
    return values.optional(BYTES);
  }

  /** Sets {@link #getBytes}. */
  public LagOptions setBytes(@Nullable Long bytes) {
    values.setOptional(BYTES, bytes);
    return this;
  }

  private static final Key<Duration> AGE =
      OPTIONS
          .optional("age", ValueType.duration(Duration.ofMillis(1)))
          .says("Too far behind: its next event is this old")
          .forWhom(Key.Audience.MANY);

  /** Too far behind: its next event is this old. */
  public @Nullable Duration getAge() {
    return values.optional(AGE);
  }

  /** Sets {@link #getAge}. */
  public LagOptions setAge(@Nullable Duration age) {
    values.setOptional(AGE, age);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LagOptions that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** As JSON, without secrets. */
  @Override
  public String toString() {
    return values.toString();
  }
}
