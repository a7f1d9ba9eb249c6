package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A certificate of the server beside others. */
@DataObject
public final class CertificateOptions {
  static final Keys<CertificateOptions> OPTIONS =
      Keys.of(CertificateOptions.class, CertificateOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public CertificateOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public CertificateOptions(CertificateOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public CertificateOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private CertificateOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> CERT =
      OPTIONS
          .optional("cert", ValueType.text())
          .says(
              "Certificate chain for clients that ask for one of its names (SNI), a PEM file; of "
                  + "several the first, and `http.tls.cert` where none is for the name");

  /**
   * Certificate chain for clients that ask for one of its names (SNI), a PEM file; of several the
   * first, and {@code http.tls.cert} where none is for the name.
   */
  public @Nullable String getCert() {
    return values.optional(CERT);
  }

  /** Sets {@link #getCert}. */
  public CertificateOptions setCert(@Nullable String cert) {
    values.setOptional(CERT, cert);
    return this;
  }

  private static final Key<String> KEY =
      OPTIONS.optional("key", ValueType.text()).says("Private key of that certificate, a PEM file");

  /** Private key of that certificate, a PEM file. */
  public @Nullable String getKey() {
    return values.optional(KEY);
  }

  /** Sets {@link #getKey}. */
  public CertificateOptions setKey(@Nullable String key) {
    values.setOptional(KEY, key);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CertificateOptions that && values.equals(that.values);
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
