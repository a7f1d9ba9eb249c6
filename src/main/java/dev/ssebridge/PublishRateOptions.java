package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.Rate;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How often messages may be published over HTTP; over all instances of a bridge. */
@DataObject
public final class PublishRateOptions {
  static final Keys<PublishRateOptions> OPTIONS =
      Keys.of(PublishRateOptions.class, PublishRateOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public PublishRateOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public PublishRateOptions(PublishRateOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public PublishRateOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private PublishRateOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> PER_REMOTE =
      OPTIONS
          .key("perRemote", Rate.type(), "none")
          .says(
              "Messages that one remote address may publish: `100/s`, `20/m`, `1000/h`; `none` "
                  + "for no limit. As many may come at once after a pause. A message over it gets 429 "
                  + "with `Retry-After`; a body of many messages is read no faster. Behind a proxy set "
                  + "`http.trustedProxies`");

  /**
   * Messages that one remote address may publish: {@code 100/s}, {@code 20/m}, {@code 1000/h};
   * {@code none} for no limit. As many may come at once after a pause. A message over it gets 429
   * with {@code Retry-After}; a body of many messages is read no faster. Behind a proxy set {@code
   * http.trustedProxies}.
   */
  public String getPerRemote() {
    return values.get(PER_REMOTE);
  }

  /** Sets {@link #getPerRemote}. */
  public PublishRateOptions setPerRemote(String perRemote) {
    values.set(PER_REMOTE, perRemote);
    return this;
  }

  private static final Key<String> PER_SUBJECT =
      OPTIONS
          .key("perSubject", Rate.type(), "none")
          .says(
              "The same for one user, from wherever he does: of one provider of `auth` with one "
                  + "`sub`");

  /**
   * The same for one user, from wherever he does: of one provider of {@code auth} with one {@code
   * sub}.
   */
  public String getPerSubject() {
    return values.get(PER_SUBJECT);
  }

  /** Sets {@link #getPerSubject}. */
  public PublishRateOptions setPerSubject(String perSubject) {
    values.set(PER_SUBJECT, perSubject);
    return this;
  }

  private static final Key<String> PER_ADDRESS =
      OPTIONS
          .key("perAddress", Rate.type(), "none")
          .says(
              "The same for all that is published over HTTP on one address of the event bus, "
                  + "by all together");

  /**
   * The same for all that is published over HTTP on one address of the event bus, by all together.
   */
  public String getPerAddress() {
    return values.get(PER_ADDRESS);
  }

  /** Sets {@link #getPerAddress}. */
  public PublishRateOptions setPerAddress(String perAddress) {
    values.set(PER_ADDRESS, perAddress);
    return this;
  }

  private static final Key<Duration> BURST =
      OPTIONS
          .optional("burst", ValueType.duration(Duration.ofMillis(1)))
          .says(
              "How much of these rates may come at once after a pause: what is permitted in "
                  + "this time, at least one message. None: what the rate says, 100 of `100/s`, 20 of "
                  + "`20/m`");

  /**
   * How much of these rates may come at once after a pause: what is permitted in this time, at
   * least one message. None: what the rate says, 100 of {@code 100/s}, 20 of {@code 20/m}.
   */
  public @Nullable Duration getBurst() {
    return values.optional(BURST);
  }

  /** Sets {@link #getBurst}. */
  public PublishRateOptions setBurst(@Nullable Duration burst) {
    values.setOptional(BURST, burst);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PublishRateOptions that && values.equals(that.values);
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
