package dev.ssebridge.testing;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;

/**
 * What is spoken between a bridge and the clients of a test: with TLS or without, and which HTTP.
 */
public enum Wire {
  HTTP_1(false, false, ""),
  /** By BoringSSL, where it is there. */
  TLS_HTTP_1(true, false, "auto"),
  TLS_HTTP_1_OF_JDK(true, false, "jdk"),
  /** By BoringSSL, where it is there. */
  TLS_HTTP_2(true, true, "auto"),
  TLS_HTTP_2_OF_JDK(true, true, "jdk"),
  /** HTTP/2 in clear text, by prior knowledge. */
  H2C(false, true, "");

  private final boolean tls;
  private final boolean http2;
  private final String engine;

  Wire(boolean tls, boolean http2, String engine) {
    this.tls = tls;
    this.http2 = http2;
    this.engine = engine;
  }

  /** The one that the tests of this class are running over; plain for a class without wires. */
  public static Wire current() {
    return WaysExtension.currentWire();
  }

  /** Whether there is TLS. */
  public boolean isTls() {
    return tls;
  }

  /** Whether many streams share a connection. */
  public boolean isHttp2() {
    return http2;
  }

  /** A configuration of a bridge that serves this, unless it has certificates of its own. */
  public JsonObject in(JsonObject config) {
    JsonObject http = config.getJsonObject("http", new JsonObject()).copy();
    if (tls && !http.containsKey("tls")) {
      TestCertificate certificate = certificate();
      http.put(
          "tls",
          new JsonObject()
              .put("engine", engine)
              .put("cert", certificate.pem().toString())
              .put("key", certificate.pemKey().toString()));
    }
    return config.copy().put("http", http);
  }

  /** Options of a server that serves this. */
  public HttpServerOptions in(HttpServerOptions options) {
    HttpServerOptions made = new HttpServerOptions(options);
    return tls ? made.setSsl(true).setUseAlpn(true).setKeyCertOptions(certificate().key()) : made;
  }

  /** A connection for requests of HTTP/1.1, with TLS where this has it. */
  public Socket connect(int port) throws IOException {
    try {
      return tls
          ? TlsStream.connect(port, 64 * 1024)
          : new Socket(InetAddress.getLoopbackAddress(), port);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The head of a request for a stream, as HTTP/2 has it. */
  public Http2Headers get(String path) {
    return new DefaultHttp2Headers()
        .method("GET")
        .scheme(scheme())
        .authority("localhost")
        .path(path)
        .add("accept", "text/event-stream");
  }

  String scheme() {
    return tls ? "https" : "http";
  }

  /** What a client trusts whatever comes with, and asks for. */
  SslContext client() {
    return http2 ? Context.HTTP_2 : Context.HTTP_1;
  }

  private static TestCertificate certificate() {
    try {
      return TestCertificate.forHost("dns:localhost");
    } catch (Exception e) {
      throw new IllegalStateException("expected a certificate", e);
    }
  }

  /** Connections resume the sessions of others, so that hundreds are opened in a moment. */
  private static final class Context {
    static final SslContext HTTP_1 = make("http/1.1");
    static final SslContext HTTP_2 = make("h2");

    private static SslContext make(String protocol) {
      try {
        return SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm(null)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    protocol))
            .build();
      } catch (SSLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
