package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What the server proves its name with. */
@DataObject
public final class TlsOptions {
  static final Keys<TlsOptions> OPTIONS =
      Keys.of(TlsOptions.class, TlsOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public TlsOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public TlsOptions(TlsOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong, with all that is
   */
  public TlsOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private TlsOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> CERT =
      OPTIONS
          .optional("cert", ValueType.text())
          .says("Certificate chain, a PEM file; with it the server speaks HTTPS")
          .forWhom(Key.Audience.MANY);

  /** Certificate chain, a PEM file; with it the server speaks HTTPS. */
  public @Nullable String getCert() {
    return values.optional(CERT);
  }

  /** Sets {@link #getCert}. */
  public TlsOptions setCert(@Nullable String cert) {
    values.setOptional(CERT, cert);
    return this;
  }

  private static final Key<String> KEY =
      OPTIONS
          .optional("key", ValueType.text())
          .says("Private key of the certificate, a PEM file")
          .forWhom(Key.Audience.MANY);

  /** Private key of the certificate, a PEM file. */
  public @Nullable String getKey() {
    return values.optional(KEY);
  }

  /** Sets {@link #getKey}. */
  public TlsOptions setKey(@Nullable String key) {
    values.setOptional(KEY, key);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsOptions that && values.equals(that.values);
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
