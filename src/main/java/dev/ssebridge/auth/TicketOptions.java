package dev.ssebridge.auth;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.AuthText;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tickets: what a page that can set no header puts into the URL of its stream. */
@DataObject
public final class TicketOptions {
  static final Keys<TicketOptions> OPTIONS =
      Keys.of(TicketOptions.class, TicketOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public TicketOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public TicketOptions(TicketOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public TicketOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private TicketOptions(Values values) {
    this.values = values;
  }

  private static final Key<Duration> AGE =
      OPTIONS
          .key("age", ValueType.duration(Duration.ofMillis(1)), "30s")
          .says("How long a ticket can be used the first time");

  /** How long a ticket can be used the first time. */
  public Duration getAge() {
    return values.get(AGE);
  }

  /** Sets {@link #getAge}. */
  public TicketOptions setAge(Duration age) {
    values.set(AGE, age);
    return this;
  }

  private static final Key<Duration> LIFE =
      OPTIONS
          .key("life", ValueType.duration(Duration.ofMillis(1)), "12h")
          .says(
              "How long a ticket brings its stream back, at most; it ends with its token if that "
                  + "is sooner");

  /**
   * How long a ticket brings its stream back, at most; it ends with its token if that is sooner.
   */
  public Duration getLife() {
    return values.get(LIFE);
  }

  /** Sets {@link #getLife}. */
  public TicketOptions setLife(Duration life) {
    values.set(LIFE, life);
    return this;
  }

  private static final Key<String> SECRET =
      OPTIONS
          .optional(
              "secret",
              ValueType.hidden("a secret of at least 32 bytes", AuthText::requireSecret)
                  .formed(AuthText.SECRET))
          .says(
              "A secret of at least 32 bytes that tickets are sealed with, so that other nodes "
                  + "with the same one take them, and this one after a restart; best from outside: "
                  + "`${file:/run/secrets/x}`. None: they are known to this process alone")
          .secret();

  /**
   * A secret of at least 32 bytes that tickets are sealed with, so that other nodes with the same
   * one take them, and this one after a restart; best from outside: {@code ${file:/run/secrets/x}}.
   * None: they are known to this process alone.
   */
  public @Nullable String getSecret() {
    return values.optional(SECRET);
  }

  /** Sets {@link #getSecret}. */
  public TicketOptions setSecret(@Nullable String secret) {
    values.setOptional(SECRET, secret);
    return this;
  }

  private static final Key<Integer> MOST =
      OPTIONS
          .key("most", ValueType.integer(1, 10_000_000), 100_000)
          .says("Tickets that are kept; above that the oldest go");

  /** Tickets that are kept; above that the oldest go. */
  public int getMost() {
    return values.get(MOST);
  }

  /** Sets {@link #getMost}. */
  public TicketOptions setMost(int most) {
    values.set(MOST, most);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TicketOptions that && values.equals(that.values);
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
