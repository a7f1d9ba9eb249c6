package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The admin port of the program, which tells its health. */
@DataObject
public final class AdminOptions {
  static final Keys<AdminOptions> OPTIONS =
      Keys.of(AdminOptions.class, AdminOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public AdminOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public AdminOptions(AdminOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong, with all that is
   */
  public AdminOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private AdminOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> HOST =
      OPTIONS
          .key("host", ValueType.text(), "127.0.0.1")
          .says("With a block `admin`: the address that the admin port listens on")
          .needsRestart();

  /** With a block {@code admin}: the address that the admin port listens on. */
  public String getHost() {
    return values.get(HOST);
  }

  /** Sets {@link #getHost}. */
  public AdminOptions setHost(String host) {
    values.set(HOST, host);
    return this;
  }

  private static final Key<Integer> PORT =
      OPTIONS
          .key("port", ValueType.integer(0, 65_535), 9180)
          .says("With a block `admin`: its port; 0 for any that is free")
          .needsRestart();

  /** With a block {@code admin}: its port; 0 for any that is free. */
  public int getPort() {
    return values.get(PORT);
  }

  /** Sets {@link #getPort}. */
  public AdminOptions setPort(int port) {
    values.set(PORT, port);
    return this;
  }

  private static final Key<Duration> LOOP_TIMEOUT =
      OPTIONS
          .key("loopTimeout", ValueType.duration(Duration.ofMillis(1)), "5s")
          .says("How long an event loop may take to answer before `/live` says that it does not")
          .needsRestart();

  /** How long an event loop may take to answer before {@code /live} says that it does not. */
  public Duration getLoopTimeout() {
    return values.get(LOOP_TIMEOUT);
  }

  /** Sets {@link #getLoopTimeout}. */
  public AdminOptions setLoopTimeout(Duration loopTimeout) {
    values.set(LOOP_TIMEOUT, loopTimeout);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AdminOptions that && values.equals(that.values);
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
