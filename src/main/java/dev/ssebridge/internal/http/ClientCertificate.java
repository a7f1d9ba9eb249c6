package dev.ssebridge.internal.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.lang.System.Logger.Level;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that the client of a request has proved its name with; the handshake has verified
 * it against the authorities of the server. A proxy that ends TLS hides it. Any thread.
 */
public final class ClientCertificate {
  private static final System.Logger LOG = System.getLogger(ClientCertificate.class.getName());

  private ClientCertificate() {}

  /** The certificate itself; null where there is none. */
  public static @Nullable X509Certificate of(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    if (connection == null || !connection.isSsl()) {
      return null;
    }
    try {
      List<Certificate> chain = connection.peerCertificates();
      return chain != null && !chain.isEmpty() && chain.get(0) instanceof X509Certificate own
          ? own
          : null;
    } catch (SSLPeerUnverifiedException none) {
      LOG.log(Level.TRACE, "the client has no certificate", none);
      return null;
    }
  }

  /** Whose it is, as RFC 2253 writes it; null for nobody's. */
  public static @Nullable String subjectOf(X509Certificate certificate) {
    String name = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    return name.isEmpty() ? null : name;
  }

  /** The rightmost part of a name is the root, so the most specific is in front. */
  public static @Nullable String commonNameIn(String subject) {
    try {
      List<Rdn> parts = new LdapName(subject).getRdns();
      for (int i = parts.size() - 1; i >= 0; i--) {
        Rdn part = parts.get(i);
        var value = part.toAttributes().get("CN");
        if (value != null && value.get() instanceof String text && !text.isEmpty()) {
          return text;
        }
      }
      return null;
    } catch (NamingException unreadable) {
      LOG.log(Level.DEBUG, "the name in a client's certificate cannot be taken apart", unreadable);
      return null;
    }
  }
}
