package dev.ssebridge.client;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a source proves its own name with (mutual TLS). */
@DataObject
public final class ClientCertOptions {
  static final Keys<ClientCertOptions> OPTIONS =
      Keys.of(ClientCertOptions.class, ClientCertOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public ClientCertOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public ClientCertOptions(ClientCertOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public ClientCertOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private ClientCertOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> CERT =
      OPTIONS
          .optional("cert", ValueType.text())
          .says("Certificate chain that a server is shown which asks for one, a PEM file");

  /** Certificate chain that a server is shown which asks for one, a PEM file. */
  public @Nullable String getCert() {
    return values.optional(CERT);
  }

  /** Sets {@link #getCert}. */
  public ClientCertOptions setCert(@Nullable String cert) {
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
  public ClientCertOptions setKey(@Nullable String key) {
    values.setOptional(KEY, key);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ClientCertOptions that && values.equals(that.values);
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
