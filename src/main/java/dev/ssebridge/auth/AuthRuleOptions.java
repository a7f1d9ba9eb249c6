package dev.ssebridge.auth;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.AuthText;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.StructureTypes;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.PermittedOptions;
import org.jspecify.annotations.Nullable;

/** What those who have shown who they are may do, in the words of the SockJS bridge of Vert.x. */
@DataObject
public final class AuthRuleOptions {
  static final Keys<AuthRuleOptions> OPTIONS =
      Keys.of(AuthRuleOptions.class, AuthRuleOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public AuthRuleOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public AuthRuleOptions(AuthRuleOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public AuthRuleOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  /**
   * What a rule of the SockJS bridge of Vert.x says: one of its inbound rules for {@code
   * auth.publish}, of its outbound rules for {@code auth.subscribe}, where {@code match} is a
   * problem. Copied; where the rule has an address, its regular expression counts there for
   * nothing, and is left out here.
   *
   * @throws IllegalArgumentException if its regular expression is not valid
   */
  public AuthRuleOptions(PermittedOptions permitted) {
    this();
    String address = permitted.getAddress();
    JsonObject match = permitted.getMatch();
    setAddress(address)
        .setAddressRegex(address == null ? permitted.getAddressRegex() : null)
        .setMatch(match == null ? null : match.copy())
        .setRequiredAuthority(permitted.getRequiredAuthority());
  }

  private AuthRuleOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> ADDRESS =
      OPTIONS.optional("address", ValueType.text()).says("The address it is about, as it is");

  /** The address it is about, as it is. */
  public @Nullable String getAddress() {
    return values.optional(ADDRESS);
  }

  /** Sets {@link #getAddress}. */
  public AuthRuleOptions setAddress(@Nullable String address) {
    values.setOptional(ADDRESS, address);
    return this;
  }

  private static final Key<String> ADDRESS_REGEX =
      OPTIONS
          .optional("addressRegex", ValueType.checked(AuthText::requireRegex))
          .says(
              "A regular expression (of Java) that the whole address matches, in place of "
                  + "`address`; without either it is about all addresses");

  /**
   * A regular expression (of Java) that the whole address matches, in place of {@code address};
   * without either it is about all addresses.
   */
  public @Nullable String getAddressRegex() {
    return values.optional(ADDRESS_REGEX);
  }

  /** Sets {@link #getAddressRegex}. */
  public AuthRuleOptions setAddressRegex(@Nullable String addressRegex) {
    values.setOptional(ADDRESS_REGEX, addressRegex);
    return this;
  }

  private static final Key<JsonObject> MATCH =
      OPTIONS
          .optional("match", StructureTypes.json())
          .says(
              "What a JSON body must hold at least, as an object: each of its keys with an "
                  + "equal value; only for what is published");

  /**
   * What a JSON body must hold at least, as an object: each of its keys with an equal value; only
   * for what is published.
   */
  public @Nullable JsonObject getMatch() {
    return values.optional(MATCH);
  }

  /** Sets {@link #getMatch}. */
  public AuthRuleOptions setMatch(@Nullable JsonObject match) {
    values.setOptional(MATCH, match);
    return this;
  }

  private static final Key<String> REQUIRED_AUTHORITY =
      OPTIONS
          .optional("requiredAuthority", ValueType.text())
          .says("What a user must be authorised for; none: everybody who has shown who he is");

  /** What a user must be authorised for; none: everybody who has shown who he is. */
  public @Nullable String getRequiredAuthority() {
    return values.optional(REQUIRED_AUTHORITY);
  }

  /** Sets {@link #getRequiredAuthority}. */
  public AuthRuleOptions setRequiredAuthority(@Nullable String requiredAuthority) {
    values.setOptional(REQUIRED_AUTHORITY, requiredAuthority);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuthRuleOptions that && values.equals(that.values);
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
