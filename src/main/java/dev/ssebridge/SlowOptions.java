package dev.ssebridge;

import dev.ssebridge.internal.address.ConflationKey;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What becomes of a subscriber that cannot keep up. */
@DataObject
public final class SlowOptions {
  static final Keys<SlowOptions> OPTIONS =
      Keys.of(SlowOptions.class, SlowOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public SlowOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public SlowOptions(SlowOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public SlowOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private SlowOptions(Values values) {
    this.values = values;
  }

  private static final Key<LagOptions> LAG = OPTIONS.block("lag", LagOptions.OPTIONS);

  /** How far a subscriber may fall behind. */
  public LagOptions getLag() {
    return values.get(LAG);
  }

  /** Sets {@link #getLag}. */
  public SlowOptions setLag(LagOptions lag) {
    values.set(LAG, lag);
    return this;
  }

  private static final Key<SlowPolicy> POLICY =
      OPTIONS
          .key("policy", ValueType.oneOf(SlowPolicy.class), "gap")
          .says(
              "How a subscriber that fell too far behind goes on: `gap` (at the oldest event it "
                  + "may have), `latest` (at the newest), `conflate` (newest event per key), "
                  + "`disconnect` (comes back by itself); see [below](#when-a-subscriber-is-too-slow)")
          .forWhom(Key.Audience.MANY);

  /**
   * How a subscriber that fell too far behind goes on: {@code gap} (at the oldest event it may
   * have), {@code latest} (at the newest), {@code conflate} (newest event per key), {@code
   * disconnect} (comes back by itself).
   */
  public SlowPolicy getPolicy() {
    return values.get(POLICY);
  }

  /** Sets {@link #getPolicy}. */
  public SlowOptions setPolicy(SlowPolicy policy) {
    values.set(POLICY, policy);
    return this;
  }

  private static final Key<String> KEY =
      OPTIONS
          .optional("key", ValueType.checked(ConflationKey::parse).formed(TextForms.CONFLATION_KEY))
          .says(
              "For `conflate`: `type`, `address`, `header:<name>`, or a JSON pointer into the "
                  + "body")
          .forWhom(Key.Audience.MANY)
          .onChange(Key.Change.NEW_HISTORY);

  /**
   * For {@code conflate}: {@code type}, {@code address}, {@code header:<name>}, or a JSON pointer
   * into the body.
   */
  public @Nullable String getKey() {
    return values.optional(KEY);
  }

  /** Sets {@link #getKey}. */
  public SlowOptions setKey(@Nullable String key) {
    values.setOptional(KEY, key);
    return this;
  }

  private static final Key<Integer> KEYS =
      OPTIONS
          .key("keys", ValueType.integer(1, 1_000_000), 10_000)
          .says(
              "For `conflate`: how many keys are distinguished; events of further keys are not "
                  + "merged");

  /**
   * For {@code conflate}: how many keys are distinguished; events of further keys are not merged.
   */
  public int getKeys() {
    return values.get(KEYS);
  }

  /** Sets {@link #getKeys}. */
  public SlowOptions setKeys(int keys) {
    values.set(KEYS, keys);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SlowOptions that && values.equals(that.values);
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
