package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.ClientCertificate;
import dev.ssebridge.internal.http.Remotes;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificate a client has proved its name with (RFC 8446, section 4.4.2); the handshake has
 * verified it. It is good until it ends, also on a connection that is older.
 */
final class CertificateUser implements Authenticator {
  private final String provider;
  private final AuthProviderConfig.Certificate config;
  private final Remotes remotes;
  private final LongSupplier clock;

  /**
   * @param remotes tells which peers are proxies, whose certificates say nothing of a client
   * @param clock milliseconds since 1970
   */
  CertificateUser(
      String provider, AuthProviderConfig.Certificate config, Remotes remotes, LongSupplier clock) {
    this.provider = provider;
    this.config = config;
    this.remotes = remotes;
    this.clock = clock;
  }

  @Override
  public Set<String> names() {
    return Set.of(provider);
  }

  @Override
  public boolean understands(Credentials shown, BridgeRequest request) {
    HttpServerRequest asked = request.request();
    return ClientCertificate.of(asked) != null
        && !remotes.isTrusted(asked.connection().remoteAddress(true));
  }

  /** A browser shows it no matter who has made the page, like a cookie. */
  @Override
  public boolean isShownByItself(BridgeRequest request) {
    return true;
  }

  @Override
  public Future<Identity> authenticate(Credentials shown, BridgeRequest request, String remote) {
    X509Certificate certificate = ClientCertificate.of(request.request());
    if (certificate == null) {
      return Future.failedFuture(
          new AuthFailure(AuthFailure.Kind.MISSING, "expected a client with a certificate"));
    }
    Instant ends = certificate.getNotAfter().toInstant();
    if (!Instant.ofEpochMilli(clock.getAsLong()).isBefore(ends)) {
      return Future.failedFuture(
          new AuthFailure(AuthFailure.Kind.INVALID, "the certificate is not valid any more"));
    }
    return Future.succeededFuture(identity(certificate, ends));
  }

  private Identity identity(X509Certificate certificate, Instant ends) {
    String name = ClientCertificate.subjectOf(certificate);
    String commonName = name == null ? null : ClientCertificate.commonNameIn(name);
    String serial = certificate.getSerialNumber().toString(16);
    JsonObject claims = new JsonObject().put("serial", serial);
    put(claims, "sub", commonName);
    put(claims, "dn", name);
    put(claims, "issuer", certificate.getIssuerX500Principal().getName(X500Principal.RFC2253));
    return new Identity(
        provider,
        User.create(claims),
        commonName,
        serial,
        certificate.getNotBefore().toInstant(),
        ends,
        claims,
        new Grants(config.subscribe(), config.publish()),
        config.authorities());
  }

  private static void put(JsonObject claims, String name, @Nullable String value) {
    if (value != null) {
      claims.put(name, value);
    }
  }
}
