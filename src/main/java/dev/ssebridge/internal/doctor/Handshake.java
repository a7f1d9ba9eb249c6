package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.doctor.Patience.UnansweredException;
import io.vertx.core.Vertx;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * One TLS handshake that takes whatever certificate there is, so that all that is wrong with it can
 * be told. Nothing is asked on this connection; those that ask verify it.
 */
final class Handshake {
  private static final String TLS = "tls";

  private final Vertx vertx;
  private final Visit visit;
  private final CertificateCheck certificates;
  private final Report report;

  Handshake(Vertx vertx, Visit visit, CertificateCheck certificates, Report report) {
    this.vertx = vertx;
    this.visit = visit;
    this.certificates = certificates;
    this.report = report;
  }

  /** Whether requests may be sent there; if not, it has been reported why. */
  boolean isGood(URI url, SocketAddress at) throws InterruptedException {
    Duration timeout = visit.timeout();
    NetClient client =
        vertx.createNetClient(
            new NetClientOptions()
                .setConnectTimeout((int) timeout.toMillis())
                .setSsl(true)
                .setTrustAll(true)
                .setHostnameVerificationAlgorithm("")
                .setSslHandshakeTimeout(timeout.toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setUseAlpn(true)
                .setApplicationLayerProtocols(
                    visit.http1() ? List.of("http/1.1") : List.of("h2", "http/1.1")));
    String host = Places.host(url);
    ConnectOptions to = new ConnectOptions().setRemoteAddress(at).setSsl(true);
    if (host.indexOf(':') < 0 && !host.matches("[0-9.]+")) {
      to.setSniServerName(host); // RFC 6066, section 3: names, not addresses
    }
    try {
      NetSocket socket = Patience.await(client.connect(to), timeout);
      SSLSession session = socket.sslSession();
      String protocol = socket.applicationLayerProtocol();
      report.ok(
          TLS,
          session.getProtocol()
              + ", "
              + session.getCipherSuite()
              + (protocol == null || protocol.isEmpty() ? ", no ALPN" : ", ALPN " + protocol));
      return certificates.isGood(chain(session), host, report);
    } catch (UnansweredException e) {
      report.wrong(TLS, "no handshake: " + e.words(), advice(e.words()));
      return false;
    } finally {
      client.close().onFailure(gone -> {});
    }
  }

  private static List<X509Certificate> chain(SSLSession session) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      for (Certificate certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate known) {
          chain.add(known);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // none was sent, which is told
    }
    return chain;
  }

  private static String advice(String words) {
    return words.contains("not TLS")
        ? "this port speaks plain HTTP: use http://, or give the server a certificate (http.tls)"
        : "look at the TLS versions and ciphers of the server, and whether it wants a certificate"
            + " of the client";
  }
}
