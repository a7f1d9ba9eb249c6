package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.TlsConfig;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
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
   * @throws ConfigException if anything in it is wrong; it names every problem
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
          .forWhom(Key.Audience.MANY)
          .onChange(Key.Change.NEW_CONNECTIONS);

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
          .forWhom(Key.Audience.MANY)
          .onChange(Key.Change.NEW_CONNECTIONS);

  /** Private key of the certificate, a PEM file. */
  public @Nullable String getKey() {
    return values.optional(KEY);
  }

  /** Sets {@link #getKey}. */
  public TlsOptions setKey(@Nullable String key) {
    values.setOptional(KEY, key);
    return this;
  }

  private static final Key<Map<String, CertificateOptions>> CERTIFICATES =
      OPTIONS
          .named("certificates", CertificateOptions.OPTIONS)
          .onChange(Key.Change.NEW_CONNECTIONS);

  /**
   * More certificates, by a name for each: a client that asks for a host gets the first that is for
   * it, and {@link #getCert} where none is (SNI, RFC 6066).
   */
  public Map<String, CertificateOptions> getCertificates() {
    return values.get(CERTIFICATES);
  }

  /** Sets {@link #getCertificates}. */
  public TlsOptions setCertificates(Map<String, CertificateOptions> certificates) {
    values.set(CERTIFICATES, certificates);
    return this;
  }

  private static final Key<TlsEngine> ENGINE =
      OPTIONS
          .key("engine", ValueType.oneOf(TlsEngine.class), "auto")
          .says(
              "What encrypts: `jdk` is what the JVM has; `openssl` is BoringSSL, which the program"
                  + " has for Linux, and an application with netty-tcnative-boringssl-static;"
                  + " `auto` is BoringSSL where it is there and `ciphers` names none")
          .needsRestart();

  /**
   * What encrypts: {@code jdk} is what the JVM has; {@code openssl} is BoringSSL, which the program
   * has for Linux, and an application with netty-tcnative-boringssl-static; {@code auto} is
   * BoringSSL where it is there and {@code ciphers} names none.
   */
  public TlsEngine getEngine() {
    return values.get(ENGINE);
  }

  /** Sets {@link #getEngine}. */
  public TlsOptions setEngine(TlsEngine engine) {
    values.set(ENGINE, engine);
    return this;
  }

  private static final Key<List<String>> VERSIONS =
      OPTIONS
          .list(
              "versions",
              ValueType.checked(TlsConfig::requireVersion).formed(TextForms.TLS_VERSION),
              2)
          .says("Versions of TLS that are spoken, a list of `TLSv1.2` and `TLSv1.3`; none: both")
          .needsRestart();

  /** Versions of TLS that are spoken, a list of {@code TLSv1.2} and {@code TLSv1.3}; none: both. */
  public List<String> getVersions() {
    return values.get(VERSIONS);
  }

  /** Sets {@link #getVersions}. */
  public TlsOptions setVersions(List<String> versions) {
    values.set(VERSIONS, versions);
    return this;
  }

  private static final Key<List<String>> CIPHERS =
      OPTIONS
          .list("ciphers", ValueType.text(), 100)
          .says(
              "Cipher suites that may be used, a list, by the names of the JVM "
                  + "(`TLS_AES_128_GCM_SHA256`); none: those of the JVM")
          .needsRestart();

  /**
   * Cipher suites that may be used, a list, by the names of the JVM ({@code
   * TLS_AES_128_GCM_SHA256}); none: those of the JVM.
   */
  public List<String> getCiphers() {
    return values.get(CIPHERS);
  }

  /** Sets {@link #getCiphers}. */
  public TlsOptions setCiphers(List<String> ciphers) {
    values.set(CIPHERS, ciphers);
    return this;
  }

  private static final Key<String> CLIENT_CA =
      OPTIONS
          .optional("clientCa", ValueType.text())
          .says(
              "Certificates that those of clients must come from, a PEM file (mutual TLS). None: "
                  + "clients are not asked for one")
          .needsRestart();

  /**
   * Certificates that those of clients must come from, a PEM file (mutual TLS). None: clients are
   * not asked for one.
   */
  public @Nullable String getClientCa() {
    return values.optional(CLIENT_CA);
  }

  /** Sets {@link #getClientCa}. */
  public TlsOptions setClientCa(@Nullable String clientCa) {
    values.setOptional(CLIENT_CA, clientCa);
    return this;
  }

  private static final Key<ClientAuth> CLIENT_AUTH =
      OPTIONS
          .optional("clientAuth", ValueType.oneOf(ClientAuth.class))
          .says(
              "Whether a client must have a certificate: `required`; `request` serves those "
                  + "without one as well, but none with one that does not come from `clientCa`; `none`. "
                  + "None: `required` with `clientCa`")
          .needsRestart();

  /**
   * Whether a client must have a certificate: {@code required}; {@code request} serves those
   * without one as well, but none with one that does not come from {@code clientCa}; {@code none}.
   * None: {@code required} with {@code clientCa}.
   */
  public @Nullable ClientAuth getClientAuth() {
    return values.optional(CLIENT_AUTH);
  }

  /** Sets {@link #getClientAuth}. */
  public TlsOptions setClientAuth(@Nullable ClientAuth clientAuth) {
    values.setOptional(CLIENT_AUTH, clientAuth);
    return this;
  }

  private static final Key<Integer> REDIRECT_PORT =
      OPTIONS
          .optional("redirectPort", ValueType.integer(0, 65535))
          .says(
              "One more port, without TLS, that answers requests to read with a redirect to "
                  + "https (308), and refuses others; 0 takes a free one, which the log tells")
          .forWhom(Key.Audience.MANY)
          .needsRestart();

  /**
   * One more port, without TLS, that answers requests to read with a redirect to https (308), and
   * refuses others; 0 takes a free one, which the log tells.
   */
  public @Nullable Integer getRedirectPort() {
    return values.optional(REDIRECT_PORT);
  }

  /** Sets {@link #getRedirectPort}. */
  public TlsOptions setRedirectPort(@Nullable Integer redirectPort) {
    values.setOptional(REDIRECT_PORT, redirectPort);
    return this;
  }

  private static final Key<Integer> REDIRECT_TO =
      OPTIONS
          .optional("redirectTo", ValueType.integer(1, 65535))
          .says(
              "Port of https that it leads to, where clients reach another than `http.port`: "
                  + "443 where a balancer or a container maps that. None: the one that is listened on")
          .needsRestart();

  /**
   * Port of https that it leads to, where clients reach another than {@code http.port}: 443 where a
   * balancer or a container maps that. None: the one that is listened on.
   */
  public @Nullable Integer getRedirectTo() {
    return values.optional(REDIRECT_TO);
  }

  /** Sets {@link #getRedirectTo}. */
  public TlsOptions setRedirectTo(@Nullable Integer redirectTo) {
    values.setOptional(REDIRECT_TO, redirectTo);
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
