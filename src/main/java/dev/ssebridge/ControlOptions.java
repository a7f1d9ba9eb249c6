package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The event-bus address that takes commands for the sources, and what they may do. */
@DataObject
public final class ControlOptions {
  static final Keys<ControlOptions> OPTIONS =
      Keys.of(ControlOptions.class, ControlOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public ControlOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public ControlOptions(ControlOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public ControlOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private ControlOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> SOURCES =
      OPTIONS
          .optional("sources", ValueType.text())
          .says("Event-bus address that adds, stops and lists sources at run time")
          .needsRestart();

  /** Event-bus address that adds, stops and lists sources at run time. */
  public @Nullable String getSources() {
    return values.optional(SOURCES);
  }

  /** Sets {@link #getSources}. */
  public ControlOptions setSources(@Nullable String sources) {
    values.setOptional(SOURCES, sources);
    return this;
  }

  private static final Key<ControlAllowOptions> ALLOW =
      OPTIONS.block("allow", ControlAllowOptions.OPTIONS).onChange(Key.Change.AT_ONCE);

  /** What sources may use that come at run time. */
  public ControlAllowOptions getAllow() {
    return values.get(ALLOW);
  }

  /** Sets {@link #getAllow}. */
  public ControlOptions setAllow(ControlAllowOptions allow) {
    values.set(ALLOW, allow);
    return this;
  }

  private static final Key<String> PERSIST =
      OPTIONS
          .optional("persist", ValueType.text())
          .says("File in which they survive a restart")
          .needsRestart();

  /** File in which they survive a restart. */
  public @Nullable String getPersist() {
    return values.optional(PERSIST);
  }

  /** Sets {@link #getPersist}. */
  public ControlOptions setPersist(@Nullable String persist) {
    values.setOptional(PERSIST, persist);
    return this;
  }

  private static final Key<Integer> MAX_SOURCES =
      OPTIONS
          .key("maxSources", ValueType.integer(1, 10_000), 1000)
          .says("Sources in all, 1..10000")
          .onChange(Key.Change.AT_ONCE);

  /** Sources in all, 1..10000. */
  public int getMaxSources() {
    return values.get(MAX_SOURCES);
  }

  /** Sets {@link #getMaxSources}. */
  public ControlOptions setMaxSources(int maxSources) {
    values.set(MAX_SOURCES, maxSources);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ControlOptions that && values.equals(that.values);
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
