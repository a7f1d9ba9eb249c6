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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON Web Tokens (RFC 7519), and the keys that they are verified with. */
@DataObject
public final class JwtOptions {
  static final Keys<JwtOptions> OPTIONS =
      Keys.of(JwtOptions.class, JwtOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public JwtOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public JwtOptions(JwtOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public JwtOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private JwtOptions(Values values) {
    this.values = values;
  }

  private static final Key<List<String>> KEYS =
      OPTIONS.list("keys", ValueType.text(), 100).says("Public keys or certificates, PEM files");

  /** Public keys or certificates, PEM files. */
  public List<String> getKeys() {
    return values.get(KEYS);
  }

  /** Sets {@link #getKeys}. */
  public JwtOptions setKeys(List<String> keys) {
    values.set(KEYS, keys);
    return this;
  }

  private static final Key<String> JWKS =
      OPTIONS
          .optional("jwks", ValueType.checked(AuthText::requireJwks).formed(AuthText.JWKS))
          .says("A set of keys (RFC 7517): a file, or an `http` or `https` URL");

  /** A set of keys (RFC 7517): a file, or an {@code http} or {@code https} URL. */
  public @Nullable String getJwks() {
    return values.optional(JWKS);
  }

  /** Sets {@link #getJwks}. */
  public JwtOptions setJwks(@Nullable String jwks) {
    values.setOptional(JWKS, jwks);
    return this;
  }

  private static final Key<String> SECRET =
      OPTIONS
          .optional(
              "secret",
              ValueType.hidden("a secret of at least 32 bytes", AuthText::requireSecret)
                  .formed(AuthText.SECRET))
          .says("A secret that tokens are signed with (HS256, HS384, HS512), at least 32 bytes")
          .secret();

  /** A secret that tokens are signed with (HS256, HS384, HS512), at least 32 bytes. */
  public @Nullable String getSecret() {
    return values.optional(SECRET);
  }

  /** Sets {@link #getSecret}. */
  public JwtOptions setSecret(@Nullable String secret) {
    values.setOptional(SECRET, secret);
    return this;
  }

  private static final Key<List<String>> ALGORITHMS =
      OPTIONS
          .list(
              "algorithms",
              ValueType.checked(AuthText::requireAlgorithm).formed(AuthText.ALGORITHM),
              20)
          .says("Signature algorithms that are accepted; none: those that go with the keys");

  /** Signature algorithms that are accepted; none: those that go with the keys. */
  public List<String> getAlgorithms() {
    return values.get(ALGORITHMS);
  }

  /** Sets {@link #getAlgorithms}. */
  public JwtOptions setAlgorithms(List<String> algorithms) {
    values.set(ALGORITHMS, algorithms);
    return this;
  }

  private static final Key<String> ISSUER =
      OPTIONS.optional("issuer", ValueType.text()).says("The `iss` that a token must have");

  /** The {@code iss} that a token must have. */
  public @Nullable String getIssuer() {
    return values.optional(ISSUER);
  }

  /** Sets {@link #getIssuer}. */
  public JwtOptions setIssuer(@Nullable String issuer) {
    values.setOptional(ISSUER, issuer);
    return this;
  }

  private static final Key<List<String>> AUDIENCE =
      OPTIONS
          .list("audience", ValueType.text(), 100)
          .says("Of these a token must have one in its `aud`");

  /** Of these a token must have one in its {@code aud}. */
  public List<String> getAudience() {
    return values.get(AUDIENCE);
  }

  /** Sets {@link #getAudience}. */
  public JwtOptions setAudience(List<String> audience) {
    values.set(AUDIENCE, audience);
    return this;
  }

  private static final Key<Duration> LEEWAY =
      OPTIONS
          .key("leeway", ValueType.duration(Duration.ZERO), "10s")
          .says("How far the clock of the issuer may be off");

  /** How far the clock of the issuer may be off. */
  public Duration getLeeway() {
    return values.get(LEEWAY);
  }

  /** Sets {@link #getLeeway}. */
  public JwtOptions setLeeway(Duration leeway) {
    values.set(LEEWAY, leeway);
    return this;
  }

  private static final Key<List<String>> REQUIRED =
      OPTIONS.list("required", ValueType.text(), 100).says("Claims that a token must have");

  /** Claims that a token must have. */
  public List<String> getRequired() {
    return values.get(REQUIRED);
  }

  /** Sets {@link #getRequired}. */
  public JwtOptions setRequired(List<String> required) {
    values.set(REQUIRED, required);
    return this;
  }

  private static final Key<String> GRANTS_CLAIM =
      OPTIONS
          .key("grantsClaim", ValueType.text(), "sse")
          .says(
              "The claim that says what a token may do: `{\"subscribe\": [\"rooms.*\"], "
                  + "\"publish\": []}`");

  /** The claim that says what a token may do: {@code {"subscribe": ["rooms.*"], "publish": []}}. */
  public String getGrantsClaim() {
    return values.get(GRANTS_CLAIM);
  }

  /** Sets {@link #getGrantsClaim}. */
  public JwtOptions setGrantsClaim(String grantsClaim) {
    values.set(GRANTS_CLAIM, grantsClaim);
    return this;
  }

  private static final Key<String> AUTHORITIES_CLAIM =
      OPTIONS
          .key("authoritiesClaim", ValueType.text(), "permissions")
          .says("The claim that lists what the rules may require");

  /** The claim that lists what the rules may require. */
  public String getAuthoritiesClaim() {
    return values.get(AUTHORITIES_CLAIM);
  }

  /** Sets {@link #getAuthoritiesClaim}. */
  public JwtOptions setAuthoritiesClaim(String authoritiesClaim) {
    values.set(AUTHORITIES_CLAIM, authoritiesClaim);
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
  public JwtOptions setAuthorities(List<String> authorities) {
    values.set(AUTHORITIES, authorities);
    return this;
  }

  private static final Key<Duration> REFRESH =
      OPTIONS
          .key("refresh", ValueType.duration(Duration.ofMillis(1)), "10m")
          .says("After how long the set of keys is read again");

  /** After how long the set of keys is read again. */
  public Duration getRefresh() {
    return values.get(REFRESH);
  }

  /** Sets {@link #getRefresh}. */
  public JwtOptions setRefresh(Duration refresh) {
    values.set(REFRESH, refresh);
    return this;
  }

  private static final Key<Duration> FLOOR =
      OPTIONS
          .key("floor", ValueType.duration(Duration.ofMillis(1)), "10s")
          .says(
              "The least time between two readings of the set of keys, also when a token names "
                  + "a key that is not there");

  /**
   * The least time between two readings of the set of keys, also when a token names a key that is
   * not there.
   */
  public Duration getFloor() {
    return values.get(FLOOR);
  }

  /** Sets {@link #getFloor}. */
  public JwtOptions setFloor(Duration floor) {
    values.set(FLOOR, floor);
    return this;
  }

  private static final Key<Duration> TIMEOUT =
      OPTIONS
          .key("timeout", ValueType.duration(Duration.ofMillis(1)), "5s")
          .says("How long a reading of the set of keys may take");

  /** How long a reading of the set of keys may take. */
  public Duration getTimeout() {
    return values.get(TIMEOUT);
  }

  /** Sets {@link #getTimeout}. */
  public JwtOptions setTimeout(Duration timeout) {
    values.set(TIMEOUT, timeout);
    return this;
  }

  private static final Key<String> CA =
      OPTIONS
          .optional("ca", ValueType.text())
          .says(
              "Certificates that the server of `jwks` is trusted by, a PEM file; none: those of "
                  + "the JVM");

  /**
   * Certificates that the server of {@code jwks} is trusted by, a PEM file; none: those of the JVM.
   */
  public @Nullable String getCa() {
    return values.optional(CA);
  }

  /** Sets {@link #getCa}. */
  public JwtOptions setCa(@Nullable String ca) {
    values.setOptional(CA, ca);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JwtOptions that && values.equals(that.values);
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
