package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The demo of the program: a message now and then, and pages that show it. */
@DataObject
public final class DemoOptions {
  static final Keys<DemoOptions> OPTIONS =
      Keys.of(DemoOptions.class, DemoOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public DemoOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public DemoOptions(DemoOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public DemoOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private DemoOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> ADDRESS =
      OPTIONS
          .key("address", ValueType.text(), "demo")
          .says("With a block `demo`: the address of the demo's messages")
          .needsRestart();

  /** With a block {@code demo}: the address of the demo's messages. */
  public String getAddress() {
    return values.get(ADDRESS);
  }

  /** Sets {@link #getAddress}. */
  public DemoOptions setAddress(String address) {
    values.set(ADDRESS, address);
    return this;
  }

  private static final Key<Duration> EVERY =
      OPTIONS
          .key("every", ValueType.duration(Duration.ofMillis(1)), "2s")
          .says("With a block `demo`: how often there is one")
          .needsRestart();

  /** With a block {@code demo}: how often there is one. */
  public Duration getEvery() {
    return values.get(EVERY);
  }

  /** Sets {@link #getEvery}. */
  public DemoOptions setEvery(Duration every) {
    values.set(EVERY, every);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DemoOptions that && values.equals(that.values);
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
