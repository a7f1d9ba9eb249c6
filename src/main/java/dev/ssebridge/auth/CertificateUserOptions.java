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

/**
 * Clients whose certificate the handshake has verified, as {@code http.tls.clientCa} says; the
 * common name of its subject is who they are.
 */
@DataObject
public final class CertificateUserOptions {
  static final Keys<CertificateUserOptions> OPTIONS =
      Keys.of(CertificateUserOptions.class, CertificateUserOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public CertificateUserOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public CertificateUserOptions(CertificateUserOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public CertificateUserOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private CertificateUserOptions(Values values) {
    this.values = values;
  }

  private static final Key<List<String>> SUBSCRIBE =
      OPTIONS
          .list("subscribe", ValueType.checked(GrantPattern::parse).formed(AuthText.GRANT), 1000)
          .says(
              "Addresses that everybody of it may subscribe to; `*` stands for one part between "
                  + "`.`, `/` or `:`");

  /**
   * Addresses that everybody of it may subscribe to; {@code *} stands for one part between {@code
   * .}, {@code /} or {@code :}.
   */
  public List<String> getSubscribe() {
    return values.get(SUBSCRIBE);
  }

  /** Sets {@link #getSubscribe}. */
  public CertificateUserOptions setSubscribe(List<String> subscribe) {
    values.set(SUBSCRIBE, subscribe);
    return this;
  }

  private static final Key<List<String>> PUBLISH =
      OPTIONS
          .list("publish", ValueType.checked(GrantPattern::parse).formed(AuthText.GRANT), 1000)
          .says("Addresses that everybody of it may publish to, in the same form");

  /** Addresses that everybody of it may publish to, in the same form. */
  public List<String> getPublish() {
    return values.get(PUBLISH);
  }

  /** Sets {@link #getPublish}. */
  public CertificateUserOptions setPublish(List<String> publish) {
    values.set(PUBLISH, publish);
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
  public CertificateUserOptions setAuthorities(List<String> authorities) {
    values.set(AUTHORITIES, authorities);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CertificateUserOptions that && values.equals(that.values);
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
