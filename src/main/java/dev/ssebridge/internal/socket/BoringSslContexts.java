package dev.ssebridge.internal.socket;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.spi.tls.SslContextFactory;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes what the servers of {@link BoringSsl} share, one for each certificate. */
final class BoringSslContexts implements SslContextFactory {
  private final SslContextFactory vertx;
  private boolean named;

  BoringSslContexts(SslContextFactory vertx) {
    this.vertx = vertx;
  }

  @Override
  public SslContextFactory useAlpn(boolean useAlpn) {
    vertx.useAlpn(useAlpn);
    return this;
  }

  @Override
  public SslContextFactory forServer(@Nullable ClientAuth clientAuth) {
    vertx.forServer(clientAuth);
    return this;
  }

  @Override
  public SslContextFactory enabledProtocols(@Nullable Set<String> enabledProtocols) {
    vertx.enabledProtocols(enabledProtocols);
    return this;
  }

  @Override
  public SslContextFactory keyMananagerFactory(@Nullable KeyManagerFactory kmf) {
    vertx.keyMananagerFactory(kmf == null ? null : new OpenSslCachingX509KeyManagerFactory(kmf));
    return this;
  }

  @Override
  public SslContextFactory trustManagerFactory(@Nullable TrustManagerFactory tmf) {
    vertx.trustManagerFactory(tmf);
    return this;
  }

  @Override
  public SslContextFactory enabledCipherSuites(@Nullable Set<String> enabledCipherSuites) {
    if (enabledCipherSuites != null && !enabledCipherSuites.isEmpty()) {
      vertx.enabledCipherSuites(enabledCipherSuites);
      named = true;
    }
    return this;
  }

  @Override
  public SslContextFactory applicationProtocols(@Nullable List<String> applicationProtocols) {
    vertx.applicationProtocols(applicationProtocols);
    return this;
  }

  @Override
  public SslContext create() throws SSLException {
    if (!named) {
      vertx.enabledCipherSuites(usual());
    }
    SslContext context = vertx.create();
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
