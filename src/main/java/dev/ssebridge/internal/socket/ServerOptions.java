package dev.ssebridge.internal.socket;

import dev.ssebridge.ConfigException;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.TlsEngine;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.Http2Config;
import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.config.SocketConfig;
import dev.ssebridge.internal.config.TlsConfig;
import dev.ssebridge.internal.tls.CertificateSet;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The options of the server as Vert.x has them: what the configuration says, on top of those that
 * an application gives. What is set in the configuration counts; then what differs from the default
 * of Vert.x in those that were given; then the default of the configuration.
 */
public final class ServerOptions {
  /** As Vert.x has it; shorter where a connection may be without a request for less. */
  private static final Duration PROXY_HEADER = Duration.ofSeconds(10);

  private static final HttpServerOptions VERTX = new HttpServerOptions();
  private static final HttpConfig USUAL = BridgeConfig.of(new SseBridgeOptions()).http();

  private ServerOptions() {}

  /**
   * Refuses what would break streams, or what the bridge sets itself.
   *
   * @param given by an application
   * @throws IllegalArgumentException with all of it
   */
  public static void require(HttpServerOptions given, HttpConfig http) {
    List<String> problems = new ArrayList<>();
    if (given.getIdleTimeout() > 0
        || given.getReadIdleTimeout() > 0
        || given.getWriteIdleTimeout() > 0) {
      problems.add("idle timeouts: expected none, they would end streams; use http.requestTimeout");
    }
    if (given.isCompressionSupported()) {
      problems.add("compressionSupported: expected false, it would hold events back");
    }
    if (given.isDecompressionSupported()) {
      problems.add(
          "decompressionSupported: expected false, the bridge does it itself, within its limits");
    }
    if (given.getTrafficShapingOptions() != null) {
      problems.add("trafficShapingOptions: expected none, slow readers would not be noticed");
    }
    if (given.getSoLinger() >= 0) {
      problems.add("soLinger: expected none, the ends of streams would be lost");
    }
    if (given.getHttp2MultiplexImplementation()) {
      problems.add("http2MultiplexImplementation: expected false, the limits would not hold");
    }
    if (given.isHandle100ContinueAutomatically()) {
      problems.add(
          "handle100ContinueAutomatically: expected false, a body is asked for once it is welcome");
    }
    if (given.isUseProxyProtocol()) {
      problems.add("useProxyProtocol: use http.proxyProtocol, which asks who may send it");
    }
    if (given.isSsl() && http.tls() != null) {
      problems.add("ssl: expected either this or http.tls, got both");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("HttpServerOptions: " + String.join("\n", problems));
    }
  }

  /**
   * What this machine and this Vert.x lack of what a server needs; null for nothing. May load a
   * library.
   */
  public static @Nullable ConfigException lack(Vertx vertx, HttpConfig http) {
    List<ConfigException.Problem> problems = new ArrayList<>();
    if (http.socket().reusePort() && !vertx.isNativeTransportEnabled()) {
      problems.add(
          new ConfigException.Problem(
              null,
              "/http/reusePort",
              "needs a native transport, which this Vert.x does not use; leave it out, or add"
                  + " netty-transport-native-epoll for this machine"));
    }
    TlsConfig tls = http.tls();
    String engine = tls != null && tls.engine() == TlsEngine.OPENSSL ? TlsEngines.missing() : null;
    if (engine != null) {
      problems.add(new ConfigException.Problem(null, "/http/tls/engine", engine));
    }
    return problems.isEmpty() ? null : new ConfigException(problems);
  }

  /** The configuration, on the address that counts. */
  public static BridgeConfig place(BridgeConfig config, HttpServerOptions given) {
    HttpConfig http = config.http();
    if (http.socket().unixSocket() != null) {
      return config;
    }
    List<String> host = new ArrayList<>();
    List<Integer> port = new ArrayList<>();
    set(http.host(), USUAL.host(), given.getHost(), VERTX.getHost(), host::add);
    set(http.port(), USUAL.port(), given.getPort(), VERTX.getPort(), port::add);
    return config.at(
        host.isEmpty() ? given.getHost() : host.get(0),
        port.isEmpty() ? given.getPort() : port.get(0));
  }

  /**
   * Those of a server.
   *
   * @param given by an application, or those of Vert.x
   * @param plain whether it serves nothing else but the bridge
   */
  public static HttpServerOptions of(HttpConfig http, HttpServerOptions given, boolean plain) {
    HttpServerOptions options = common(http, given, plain);
    setTls(http, given, options);
    setHttp2(http.socket(), given, options);
    return options;
  }

  /** Those of a server beside it that speaks no TLS, and serves nothing else but the bridge. */
  static HttpServerOptions inClearText(HttpConfig http) {
    HttpServerOptions options = common(http, VERTX, true);
    setHttp2(http.socket(), VERTX, options);
    return options;
  }

  /**
   * Takes out what a WebSocket would need: Netty's handlers for it throw where more than 128
   * requests of a connection wait for their answers.
   */
  public static HttpServerOptions withoutWebSockets(HttpServerOptions options) {
    return options
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false);
  }

  private static HttpServerOptions common(HttpConfig http, HttpServerOptions given, boolean plain) {
    // The bridge writes from the connection's own thread only, so Vert.x needs no queue for others,
    // which is half of the memory of an idle connection; nor what a WebSocket would need.
    HttpServerOptions options = new HttpServerOptions(given).setStrictThreadMode(plain);
    if (plain) {
      withoutWebSockets(options);
    }
    SocketConfig socket = http.socket();
    SocketConfig usual = USUAL.socket();
    set(
        socket.maxInitialLineLength(),
        usual.maxInitialLineLength(),
        given.getMaxInitialLineLength(),
        VERTX.getMaxInitialLineLength(),
        options::setMaxInitialLineLength);
    set(
        socket.maxHeaderSize(),
        usual.maxHeaderSize(),
        given.getMaxHeaderSize(),
        VERTX.getMaxHeaderSize(),
        options::setMaxHeaderSize);
    if (socket.backlog() != null) {
      options.setAcceptBacklog(socket.backlog());
    }
    if (socket.reusePort()) {
      options.setReusePort(true);
    }
    if (socket.proxyProtocol()) {
      Duration limit = http.requestTimeout();
      boolean shorter = !limit.isZero() && limit.compareTo(PROXY_HEADER) < 0;
      options
          .setUseProxyProtocol(true)
          .setProxyProtocolTimeoutUnit(TimeUnit.MILLISECONDS)
          .setProxyProtocolTimeout((shorter ? limit : PROXY_HEADER).toMillis());
    }
    return options;
  }

  private static void setTls(HttpConfig http, HttpServerOptions given, HttpServerOptions options) {
    TlsConfig tls = http.tls();
    if (tls != null) {
      if (tls.engine() != TlsEngine.AUTO || given.getSslEngineOptions() == null) {
        options.setSslEngineOptions(TlsEngines.options(tls));
      }
      options
          .setSsl(true)
          .setUseAlpn(http.socket().alpn())
          // Also with one certificate: a server that listens can get more, but not learn to look.
          .setSni(true)
          .setKeyCertOptions(CertificateSet.ofFiles(tls.usual(), tls.certificates()));
      if (!tls.versions().isEmpty()) {
        options.setEnabledSecureTransportProtocols(new LinkedHashSet<>(tls.versions()));
      }
      tls.ciphers().forEach(options::addEnabledCipherSuite);
      if (tls.clientCa() != null) {
        options
            .setClientAuth(tls.clientAuth())
            .setTrustOptions(new PemTrustOptions().addCertPath(tls.clientCa()));
      }
    } else if (!http.socket().alpn()) {
      options.setUseAlpn(false);
    }
  }

  private static void setHttp2(
      SocketConfig socket, HttpServerOptions given, HttpServerOptions options) {
    Http2Config http2 = socket.http2();
    Http2Config usual = Objects.requireNonNull(USUAL.socket().http2());
    if (http2 == null) {
      options.setHttp2ClearTextEnabled(false).setAlpnVersions(List.of(HttpVersion.HTTP_1_1));
      return;
    }
    Http2Settings theirs = given.getInitialSettings();
    Http2Settings vertx = VERTX.getInitialSettings();
    Http2Settings settings = new Http2Settings(theirs);
    set(
        (long) http2.maxConcurrentStreams(),
        (long) usual.maxConcurrentStreams(),
        theirs.getMaxConcurrentStreams(),
        vertx.getMaxConcurrentStreams(),
        settings::setMaxConcurrentStreams);
    set(
        http2.initialWindowSize(),
        usual.initialWindowSize(),
        theirs.getInitialWindowSize(),
        vertx.getInitialWindowSize(),
        settings::setInitialWindowSize);
    set(
        http2.maxFrameSize(),
        usual.maxFrameSize(),
        theirs.getMaxFrameSize(),
        vertx.getMaxFrameSize(),
        settings::setMaxFrameSize);
    set(
        (long) http2.headerTableSize(),
        (long) usual.headerTableSize(),
        theirs.getHeaderTableSize(),
        vertx.getHeaderTableSize(),
        settings::setHeaderTableSize);
    set(
        (long) http2.maxHeaderListSize(),
        (long) usual.maxHeaderListSize(),
        theirs.getMaxHeaderListSize(),
        vertx.getMaxHeaderListSize(),
        settings::setMaxHeaderListSize);
    options.setInitialSettings(settings);
    if (http2.connectionWindowSize() != null) {
      options.setHttp2ConnectionWindowSize(http2.connectionWindowSize());
    }
    set(
        http2.maxResets(),
        usual.maxResets(),
        given.getHttp2RstFloodMaxRstFramePerWindow(),
        VERTX.getHttp2RstFloodMaxRstFramePerWindow(),
        options::setHttp2RstFloodMaxRstFramePerWindow);
    if (!http2.resetsWithin().equals(usual.resetsWithin())) {
      options
          .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
          .setHttp2RstFloodWindowDuration((int) http2.resetsWithin().toSeconds());
    }
    set(
        http2.maxContinuations(),
        usual.maxContinuations(),
        given.getHttp2MaxSmallContinuationFrames(),
        VERTX.getHttp2MaxSmallContinuationFrames(),
        options::setHttp2MaxSmallContinuationFrames);
  }

  private static <T> void set(T ours, T usual, T theirs, T vertx, Consumer<T> setter) {
    if (!ours.equals(usual) || theirs.equals(vertx)) {
      setter.accept(ours);
    }
  }
}
