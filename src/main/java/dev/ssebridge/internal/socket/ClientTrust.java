package dev.ssebridge.internal.socket;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.handler.ssl.util.SimpleTrustManagerFactory;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertPathValidatorException.Reason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Has BoringSSL tell a client whose certificate is not trusted just that (RFC 8446, section 6.2).
 * Netty knows when one has expired, or was revoked; of any other reason it makes an internal error.
 */
final class ClientTrust extends SimpleTrustManagerFactory {
  /** As BoringSSL has it: X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, unknown_ca to a client. */
  private static final int NO_ISSUER = 20;

  /** X509_V_ERR_CERT_REJECTED, bad_certificate to a client. */
  private static final int REJECTED = 28;

  private static final Set<Reason> KNOWN =
      Set.of(BasicReason.EXPIRED, BasicReason.NOT_YET_VALID, BasicReason.REVOKED);

  private final TrustManagerFactory of;

  ClientTrust(TrustManagerFactory of) {
    this.of = of;
  }

  @Override
  protected void engineInit(KeyStore store) {}

  @Override
  protected void engineInit(ManagerFactoryParameters parameters) {}

  @Override
  protected TrustManager[] engineGetTrustManagers() {
    TrustManager[] managers = of.getTrustManagers().clone();
    for (int i = 0; i < managers.length; i++) {
      if (managers[i] instanceof X509ExtendedTrustManager known) {
        managers[i] = new Manager(known);
      }
    }
    return managers;
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private static final class Manager extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager of;

    Manager(X509ExtendedTrustManager of) {
      this.of = of;
    }

    private static void check(Check check) throws CertificateException {
      try {
        check.run();
      } catch (CertificateException e) {
        throw told(e);
      }
    }

    private static CertificateException told(CertificateException e) {
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof CertPathValidatorException found) {
          return KNOWN.contains(found.getReason())
              ? e
              : new OpenSslCertificateException(e.getMessage(), e, REJECTED);
        }
      }
      return new OpenSslCertificateException(e.getMessage(), e, NO_ISSUER);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(() -> of.checkClientTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(() -> of.checkClientTrusted(chain, type, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(() -> of.checkClientTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      of.checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      of.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      of.checkServerTrusted(chain, type, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return of.getAcceptedIssuers();
    }
  }
}
