package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What may wait between the event bus and the histories, over all event loops of a Vert.x. */
@DataObject
public final class WaitingOptions {
  static final Keys<WaitingOptions> OPTIONS =
      Keys.of(WaitingOptions.class, WaitingOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public WaitingOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public WaitingOptions(WaitingOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public WaitingOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private WaitingOptions(Values values) {
    this.values = values;
  }

  private static final Key<Integer> EVENTS =
      OPTIONS
          .key("events", ValueType.integer(1, 100_000_000), 50_000)
          .says(
              "Messages that may wait between the event bus and the histories, over all event "
                  + "loops of a Vert.x. From half of it on, publishers over HTTP have to wait; beyond "
                  + "it, the oldest messages of the address that has the most are dropped, and "
                  + "subscribers are told how many");

  /**
   * Messages that may wait between the event bus and the histories, over all event loops of a
   * Vert.x. From half of it on, publishers over HTTP have to wait; beyond it, the oldest messages
   * of the address that has the most are dropped, and subscribers are told how many.
   */
  public int getEvents() {
    return values.get(EVENTS);
  }

  /** Sets {@link #getEvents}. */
  public WaitingOptions setEvents(int events) {
    values.set(EVENTS, events);
    return this;
  }

  private static final Key<Long> BYTES =
      OPTIONS
          .key("bytes", ValueType.size(1), "16MiB")
          .says("The same limit for the memory that they take, about");

  /** The same limit for the memory that they take, about. */
  public long getBytes() {
    return values.get(BYTES);
  }

  /** Sets {@link #getBytes}. */
  public WaitingOptions setBytes(long bytes) {
    values.set(BYTES, bytes);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WaitingOptions that && values.equals(that.values);
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
