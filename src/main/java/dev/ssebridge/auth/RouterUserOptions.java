package dev.ssebridge.auth;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The user whom a handler of the application has found out: an `AuthenticationHandler` of Vert.x.
 */
@DataObject
public final class RouterUserOptions {
  static final Keys<RouterUserOptions> OPTIONS =
      Keys.of(RouterUserOptions.class, RouterUserOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public RouterUserOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public RouterUserOptions(RouterUserOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public RouterUserOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private RouterUserOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> GRANTS_KEY =
      OPTIONS
          .key("grantsKey", ValueType.text(), "sse")
          .says("The key of its principal or attributes that says what it may do");

  /** The key of its principal or attributes that says what it may do. */
  public String getGrantsKey() {
    return values.get(GRANTS_KEY);
  }

  /** Sets {@link #getGrantsKey}. */
  public RouterUserOptions setGrantsKey(String grantsKey) {
    values.set(GRANTS_KEY, grantsKey);
    return this;
  }

  private static final Key<String> AUTHORITIES_KEY =
      OPTIONS
          .key("authoritiesKey", ValueType.text(), "permissions")
          .says("The key of its principal or attributes that lists what the rules may require");

  /** The key of its principal or attributes that lists what the rules may require. */
  public String getAuthoritiesKey() {
    return values.get(AUTHORITIES_KEY);
  }

  /** Sets {@link #getAuthoritiesKey}. */
  public RouterUserOptions setAuthoritiesKey(String authoritiesKey) {
    values.set(AUTHORITIES_KEY, authoritiesKey);
    return this;
  }

  private static final Key<List<String>> AUTHORITIES =
      OPTIONS
          .list("authorities", ValueType.text(), 100)
          .says("Authorities that all its users have; rules may require them");

  /** Authorities that all its users have; rules may require them. */
  public List<String> getAuthorities() {
    return values.get(AUTHORITIES);
  }

  /** Sets {@link #getAuthorities}. */
  public RouterUserOptions setAuthorities(List<String> authorities) {
    values.set(AUTHORITIES, authorities);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RouterUserOptions that && values.equals(that.values);
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
