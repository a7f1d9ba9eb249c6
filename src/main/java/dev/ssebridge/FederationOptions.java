package dev.ssebridge;

import dev.ssebridge.internal.config.FederationConfig;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** How bridges that follow each other keep their events from going in circles. */
@DataObject
public final class FederationOptions {
  static final Keys<FederationOptions> OPTIONS =
      Keys.of(FederationOptions.class, FederationOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public FederationOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public FederationOptions(FederationOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public FederationOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private FederationOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> NAME =
      OPTIONS
          .optional("name", ValueType.checked(FederationConfig::parseName).formed(TextForms.NAME))
          .says(
              "Name of this bridge among bridges that follow each other; none: one is made up "
                  + "at every start")
          .forWhom(Key.Audience.MANY)
          .needsRestart();

  /**
   * Name of this bridge among bridges that follow each other; none: one is made up at every start.
   */
  public @Nullable String getName() {
    return values.optional(NAME);
  }

  /** Sets {@link #getName}. */
  public FederationOptions setName(@Nullable String name) {
    values.setOptional(NAME, name);
    return this;
  }

  private static final Key<Integer> MAX_HOPS =
      OPTIONS
          .key("maxHops", ValueType.integer(1, 1000), 8)
          .says("Over how many bridges an event may come")
          .needsRestart();

  /** Over how many bridges an event may come. */
  public int getMaxHops() {
    return values.get(MAX_HOPS);
  }

  /** Sets {@link #getMaxHops}. */
  public FederationOptions setMaxHops(int maxHops) {
    values.set(MAX_HOPS, maxHops);
    return this;
  }

  private static final Key<Integer> WINDOW =
      OPTIONS
          .key("window", ValueType.integer(0, 10_000_000), 10_000)
          .says("How many events are remembered, to drop copies that come another way; 0 for none")
          .needsRestart();

  /** How many events are remembered, to drop copies that come another way; 0 for none. */
  public int getWindow() {
    return values.get(WINDOW);
  }

  /** Sets {@link #getWindow}. */
  public FederationOptions setWindow(int window) {
    values.set(WINDOW, window);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FederationOptions that && values.equals(that.values);
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
