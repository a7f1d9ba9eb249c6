package dev.ssebridge.auth;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.address.GrantPattern;
import dev.ssebridge.internal.config.AuthText;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A token that somebody is given once, and what it is good for. */
@DataObject
public final class TokenOptions {
  static final Keys<TokenOptions> OPTIONS =
      Keys.of(TokenOptions.class, TokenOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public TokenOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public TokenOptions(TokenOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public TokenOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private TokenOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> TOKEN =
      OPTIONS
          .required(
              "token",
              ValueType.hidden(
                      "a token of 16..4096 characters of A-Z a-z 0-9 - . _ ~ + / and = at its end (RFC 6750)",
                      AuthText::requireToken)
                  .formed(AuthText.TOKEN),
              "0000000000000000")
          .says("The token, 16 characters or more; best from outside: `${file:/run/secrets/x}`")
          .secret();

  /** The token, 16 characters or more; best from outside: {@code ${file:/run/secrets/x}}. */
  public String getToken() {
    return values.get(TOKEN);
  }

  /** Sets {@link #getToken}. */
  public TokenOptions setToken(String token) {
    values.set(TOKEN, token);
    return this;
  }

  private static final Key<List<String>> SUBSCRIBE =
      OPTIONS
          .list("subscribe", ValueType.checked(GrantPattern::parse).formed(AuthText.GRANT), 1000)
          .says(
              "Addresses that it may subscribe to; `*` stands for one part between `.`, `/` or "
                  + "`:`");

  /**
   * Addresses that it may subscribe to; {@code *} stands for one part between {@code .}, {@code /}
   * or {@code :}.
   */
  public List<String> getSubscribe() {
    return values.get(SUBSCRIBE);
  }

  /** Sets {@link #getSubscribe}. */
  public TokenOptions setSubscribe(List<String> subscribe) {
    values.set(SUBSCRIBE, subscribe);
    return this;
  }

  private static final Key<List<String>> PUBLISH =
      OPTIONS
          .list("publish", ValueType.checked(GrantPattern::parse).formed(AuthText.GRANT), 1000)
          .says("Addresses that it may publish to, in the same form");

  /** Addresses that it may publish to, in the same form. */
  public List<String> getPublish() {
    return values.get(PUBLISH);
  }

  /** Sets {@link #getPublish}. */
  public TokenOptions setPublish(List<String> publish) {
    values.set(PUBLISH, publish);
    return this;
  }

  private static final Key<AdminGrant> ADMIN =
      OPTIONS
          .optional("admin", ValueType.oneOf(AdminGrant.class))
          .says(
              "What it may do through the admin interface: `read`, or `write`, which includes it; "
                  + "none: nothing");

  /**
   * What it may do through the admin interface: {@code read}, or {@code write}, which includes it;
   * none: nothing.
   */
  public @Nullable AdminGrant getAdmin() {
    return values.optional(ADMIN);
  }

  /** Sets {@link #getAdmin}. */
  public TokenOptions setAdmin(@Nullable AdminGrant admin) {
    values.setOptional(ADMIN, admin);
    return this;
  }

  private static final Key<List<String>> AUTHORITIES =
      OPTIONS
          .list("authorities", ValueType.text(), 100)
          .says("What the rules of `auth.subscribe` and `auth.publish` may require");

  /** What the rules of {@code auth.subscribe} and {@code auth.publish} may require. */
  public List<String> getAuthorities() {
    return values.get(AUTHORITIES);
  }

  /** Sets {@link #getAuthorities}. */
  public TokenOptions setAuthorities(List<String> authorities) {
    values.set(AUTHORITIES, authorities);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TokenOptions that && values.equals(that.values);
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
