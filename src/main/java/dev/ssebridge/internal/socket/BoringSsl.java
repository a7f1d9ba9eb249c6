package dev.ssebridge.internal.socket;

import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;

/**
 * BoringSSL as Vert.x takes it, but such that a handshake costs no more than it must: sessions are
 * resumed by tickets as with the JVM's engine (RFC 8446, section 2.2), and a private key is read
 * once, not for each connection.
 */
final class BoringSsl extends OpenSSLEngineOptions {
  @Override
  public BoringSsl copy() {
    return new BoringSsl();
  }

  @Override
  public SslContextFactory sslContextFactory() {
    return new BoringSslContexts();
  }
}
