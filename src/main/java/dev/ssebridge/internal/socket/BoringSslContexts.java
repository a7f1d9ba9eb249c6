package dev.ssebridge.internal.socket;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes what the servers of {@link BoringSsl} share, one for each certificate. */
final class BoringSslContexts extends DefaultSslContextFactory {
  private boolean named;

  BoringSslContexts() {
    super(SslProvider.OPENSSL, false); // no cache of sessions: a ticket is kept by the client
  }

  @Override
  public SslContextFactory keyMananagerFactory(@Nullable KeyManagerFactory kmf) {
    return super.keyMananagerFactory(
        kmf == null ? null : new OpenSslCachingX509KeyManagerFactory(kmf));
  }

  @Override
  public SslContextFactory trustManagerFactory(@Nullable TrustManagerFactory tmf) {
    return super.trustManagerFactory(tmf == null ? null : new ClientTrust(tmf));
  }

  @Override
  public SslContextFactory enabledCipherSuites(@Nullable Set<String> enabledCipherSuites) {
    named = enabledCipherSuites != null && !enabledCipherSuites.isEmpty();
    return super.enabledCipherSuites(enabledCipherSuites);
  }

  @Override
  public SslContext create() throws SSLException {
    if (!named) {
      super.enabledCipherSuites(usual());
    }
    SslContext context = super.create();
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      // Without keys of ours: BoringSSL makes them, and new ones every other day.
      sessions.setTicketKeys();
    }
    return context;
  }

  /** Those that the JVM would use, too: what its policy has turned off stays off. */
  private static Set<String> usual() throws SSLException {
    try {
      Set<String> suites = new LinkedHashSet<>();
      for (String suite : SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites()) {
        if (OpenSsl.availableJavaCipherSuites().contains(suite)) {
          suites.add(suite);
        }
      }
      return suites;
    } catch (NoSuchAlgorithmException noDefault) {
      throw new SSLException("the JVM has no usual cipher suites", noDefault);
    }
  }
}
