package dev.ssebridge.internal.socket;

import static dev.ssebridge.testing.BridgeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.ConfigException;
import dev.ssebridge.HttpOptions;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeServer;
import dev.ssebridge.TlsOptions;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.transport.Transport;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the keys of the server do on a socket, and what is refused. */
@ExtendWith(VertxExtension.class)
class HttpKeysTest {
  private static final String ROUTES = "'routes':{'n':{'path':'/n','address':'n','linger':0}}}";

  private static SseBridgeOptions options() {
    return new SseBridgeOptions()
        .setHttp(new HttpOptions().setPort(0).setDrain(Duration.ZERO))
        .addRoute("n", new RouteOptions("/n", "n"));
  }

  private static TlsOptions tls() throws Exception {
    TestCertificate certificate = TestCertificate.forHost("dns:localhost");
    return new TlsOptions()
        .setCert(certificate.pem().toString())
        .setKey(certificate.pemKey().toString());
  }

  /** The version that a stream is served by, or why it is not. */
  private static String served(Vertx vertx, int port, HttpClientOptions options) {
    HttpClient client = vertx.createHttpClient(options);
    return get(
        client
            .request(
                new RequestOptions()
                    .setHost("localhost")
                    .setPort(port)
                    .setURI("/n")
                    .setTimeout(10_000)
                    .putHeader("accept", "text/event-stream"))
            .compose(made -> made.send())
            .map(HttpClientResponse::version)
            .map(Object::toString)
            .otherwise("refused")
            .eventually(client::close));
  }

  private static HttpClientOptions overTls() {
    return new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false);
  }

  private static HttpClientOptions http2() {
    return new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2);
  }

  @Test
  void withoutHttp2EverybodySpeaksHttp1(Vertx vertx) throws Exception {
    SseBridgeOptions options = options();
    options.getHttp().getHttp2().setEnabled(false);
    SseBridgeServer plain = get(SseBridgeServer.create(vertx, options).listen());
    assertThat(served(vertx, plain.actualPort(), new HttpClientOptions())).isEqualTo("HTTP_1_1");
    assertThat(served(vertx, plain.actualPort(), http2().setHttp2ClearTextUpgrade(true)))
        .isEqualTo("HTTP_1_1");
    assertThat(served(vertx, plain.actualPort(), http2().setHttp2ClearTextUpgrade(false)))
        .isEqualTo("refused");
    options.getHttp().setTls(tls());
    SseBridgeServer secret = get(SseBridgeServer.create(vertx, options).listen());
    HttpClientOptions either = overTls().setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true);
    assertThat(served(vertx, secret.actualPort(), either)).isEqualTo("HTTP_1_1");
  }

  @ParameterizedTest
  @CsvSource({"true, HTTP_2", "false, HTTP_1_1"})
  void alpnDecidesOverTls(boolean alpn, String version, Vertx vertx) throws Exception {
    SseBridgeOptions options = options();
    options.getHttp().setTls(tls()).setAlpn(alpn);
    SseBridgeServer server = get(SseBridgeServer.create(vertx, options).listen());
    HttpClientOptions either = overTls().setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true);
    assertThat(served(vertx, server.actualPort(), either)).isEqualTo(version);
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, , TLSv1.3, refused",
    "TLSv1.2, , TLSv1.2, HTTP_1_1",
    "TLSv1.3, , TLSv1.2, refused",
    "TLSv1.3, , TLSv1.3, HTTP_1_1",
    ", TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLSv1.3, refused",
    ", TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLSv1.2, HTTP_1_1",
  })
  void onlyTheVersionsAndCiphersThatAreNamedAreSpoken(
      String version, String cipher, String of, String expected, Vertx vertx) throws Exception {
    SseBridgeOptions options = options();
    TlsOptions tls = tls();
    if (version != null) {
      tls.setVersions(List.of(version));
    }
    if (cipher != null) {
      tls.setCiphers(List.of(cipher));
    }
    options.getHttp().setTls(tls);
    SseBridgeServer server = get(SseBridgeServer.create(vertx, options).listen());
    assertThat(
            served(
                vertx,
                server.actualPort(),
                overTls().setEnabledSecureTransportProtocols(Set.of(of))))
        .isEqualTo(expected);
  }

  @Test
  void aClientNeedsACertificateWhereItsAuthorityIsNamed(Vertx vertx) throws Exception {
    TestCertificate own = TestCertificate.forHost("dns:client");
    SseBridgeOptions options = options();
    options.getHttp().setTls(tls().setClientCa(own.pem().toString()));
    SseBridgeServer server = get(SseBridgeServer.create(vertx, options).listen());
    assertThat(served(vertx, server.actualPort(), overTls())).isEqualTo("refused");
    PemKeyCertOptions identity =
        new PemKeyCertOptions()
            .setCertPath(own.pem().toString())
            .setKeyPath(own.pemKey().toString());
    assertThat(served(vertx, server.actualPort(), overTls().setKeyCertOptions(identity)))
        .isEqualTo("HTTP_1_1");
  }

  @Test
  void twoProcessesMayShareAPortWhereTheTransportCan() {
    Transport best = Transport.nativeTransport();
    assumeTrue(best != null && best.available(), "no native transport on this machine");
    Vertx one = Vertx.builder().withTransport(best).build();
    Vertx two = Vertx.builder().withTransport(best).build();
    Vertx jvm = Vertx.builder().withTransport(Transport.NIO).build();
    SseBridgeOptions options = options();
    options.getHttp().setReusePort(true);
    SseBridgeServer first = get(SseBridgeServer.create(one, options).listen());
    options.getHttp().setPort(first.actualPort());
    get(SseBridgeServer.create(two, options).listen());
    assertThatThrownBy(() -> get(SseBridgeServer.create(jvm, options).listen()))
        .hasRootCauseInstanceOf(ConfigException.class)
        .hasStackTraceContaining("/http/reusePort: needs a native transport");
    get(one.close());
    get(two.close());
    get(jvm.close());
  }

  /** What accepts connections is held, so that they queue. */
  @Test
  void noMoreConnectionsWaitThanTheBacklogPermits(Vertx vertx) throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "others count otherwise");
    SseBridgeOptions options = options();
    options.getHttp().setBacklog(2);
    SseBridgeServer few = get(SseBridgeServer.create(vertx, options).listen());
    SseBridgeServer usual = get(SseBridgeServer.create(vertx, options()).listen());
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    ((VertxInternal) vertx)
        .acceptorEventLoopGroup()
        .next()
        .execute(
            () -> {
              held.countDown();
              try {
                released.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      held.await();
      assertThat(connected(few.actualPort(), 6)).isEqualTo(3); // Linux lets one more in
      assertThat(connected(usual.actualPort(), 6)).isEqualTo(6);
    } finally {
      released.countDown();
    }
  }

  /** How many of so many connect at once. */
  private static int connected(int port, int tries) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    int connected = 0;
    for (int i = 0; i < tries; i++) {
      Socket socket = new Socket();
      sockets.add(socket);
      try {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        connected++;
      } catch (SocketTimeoutException full) {
        break;
      }
    }
    for (Socket socket : sockets) {
      socket.close();
    }
    return connected;
  }

  @Test
  void whatTheKeysSayIsWhatVertxIsTold() {
    String config =
        "{'http':{'backlog':7,'maxHeaderSize':2048,'maxInitialLineLength':4096,'http2':{"
            + "'maxConcurrentStreams':3,'initialWindowSize':70000,'connectionWindowSize':80000,"
            + "'maxFrameSize':20000,'headerTableSize':100,'maxHeaderListSize':9000,'maxResets':5,"
            + "'resetsWithin':'7s','maxContinuations':4}}}";
    HttpServerOptions told =
        ServerOptions.of(
            BridgeConfig.read(BridgeFixture.json(config)).http(), new HttpServerOptions(), true);
    assertThat(told.getAcceptBacklog()).isEqualTo(7);
    assertThat(told.getMaxHeaderSize()).isEqualTo(2048);
    assertThat(told.getMaxInitialLineLength()).isEqualTo(4096);
    assertThat(told.getInitialSettings().getMaxConcurrentStreams()).isEqualTo(3);
    assertThat(told.getInitialSettings().getInitialWindowSize()).isEqualTo(70_000);
    assertThat(told.getInitialSettings().getMaxFrameSize()).isEqualTo(20_000);
    assertThat(told.getInitialSettings().getHeaderTableSize()).isEqualTo(100);
    assertThat(told.getInitialSettings().getMaxHeaderListSize()).isEqualTo(9000);
    assertThat(told.getHttp2ConnectionWindowSize()).isEqualTo(80_000);
    assertThat(told.getHttp2RstFloodMaxRstFramePerWindow()).isEqualTo(5);
    assertThat(told.getHttp2RstFloodWindowDurationTimeUnit()).isEqualTo(TimeUnit.SECONDS);
    assertThat(told.getHttp2RstFloodWindowDuration()).isEqualTo(7);
    assertThat(told.getHttp2MaxSmallContinuationFrames()).isEqualTo(4);
    assertThat(told.getIdleTimeout() + told.getReadIdleTimeout()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'maxHeaderSize':'2MiB'|/http/maxHeaderSize: expected at most 1048576 bytes",
        "'maxInitialLineLength':100|/http/maxInitialLineLength: expected a size",
        "'http2':{'maxHeaderListSize':'20KiB'}|/http/http2/maxHeaderListSize: expected at least",
        "'http2':{'resetsWithin':'1500ms'}|/http/http2/resetsWithin: expected whole seconds",
        "'http2':{'maxFrameSize':16383}|/http/http2/maxFrameSize: expected 16384..16777215",
        "'backlog':0|/http/backlog: expected 1..65535, got 0",
        "'proxyProtocol':true|/http/proxyProtocol: expected the addresses",
        "'proxyProtocol':true,'trustedProxies':['unix:']|/http/proxyProtocol: expected the addr",
        "'unixSocket':'/s','port':1|/http/port: not used beside \"unixSocket\"",
        "'unixSocket':'/s','host':'::1'|/http/host: not used beside \"unixSocket\"",
        "'unixSocket':'/s','reusePort':true|/http/reusePort: a Unix domain socket has no port",
        "'unixSocket':'/s/'|/http/unixSocket: expected the path of a file",
        "'unixSocketMode':'0660'|/http/unixSocketMode: expected \"unixSocket\" beside it",
        "'unixSocket':'/s','unixSocketMode':'rw'|/http/unixSocketMode: expected three octal",
        "'tls':{'versions':['SSLv3']}|/http/tls/versions/0: expected \"TLSv1.2\" or \"TLSv1.3\"",
        "'tls':{'ciphers':['TLS_AES_128_GCM_SHA265']}|did you mean \"TLS_AES_128_GCM_SHA256\"?",
        "'tls':{'versions':['TLSv1.2'],'ciphers':['TLS_AES_128_GCM_SHA256']}|one of TLSv1.2",
        "'tls':{'ciphers':['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256']}|clients take for HTTP/2",
      })
  void whatCannotWorkIsRefused(String http, String problem) {
    assertThatThrownBy(() -> BridgeConfig.read(BridgeFixture.json("{'http':{" + http + "}}")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void aBridgeOnTheServerOfAnApplicationHasNoneOfThem(Vertx vertx) {
    SseBridgeOptions options = options();
    options.getHttp().setBacklog(5).getHttp2().setEnabled(false);
    options.getVertx().setEventLoops(1);
    assertThatThrownBy(() -> SseBridge.create(vertx, options))
        .hasMessageContaining("/http/backlog: not used by a SseBridge")
        .hasMessageContaining("/http/http2: not used by a SseBridge")
        .hasMessageContaining("/vertx: not used here, an application makes its Vert.x itself");
  }

  @Test
  void anApplicationGivesTheOptionsOfVertxAndWhatIsSetInHttpCounts(Vertx vertx) throws Exception {
    TestCertificate certificate = TestCertificate.forHost("dns:localhost");
    HttpServerOptions given =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(certificate.key())
            .setMaxHeaderSize(3000)
            .setMaxInitialLineLength(5000)
            .setHost("127.0.0.2");
    SseBridgeOptions options = options();
    options.getHttp().setMaxHeaderSize(4000);
    HttpServerOptions both = ServerOptions.of(BridgeConfig.ofServer(options).http(), given, false);
    assertThat(both.getMaxHeaderSize()).isEqualTo(4000);
    assertThat(both.getMaxInitialLineLength()).isEqualTo(5000);
    assertThat(both.getInitialSettings().getMaxHeaderListSize()).isGreaterThan(9000);
    assertThat(ServerOptions.place(BridgeConfig.ofServer(options), given).http().host())
        .isEqualTo("127.0.0.2");

    SseBridgeServer server =
        get(
            SseBridgeServer.create(vertx, options, new HttpServerOptions(given).setHost("0.0.0.0"))
                .listen());
    assertThat(served(vertx, server.actualPort(), overTls())).isEqualTo("HTTP_1_1");
  }

  @Test
  void whatWouldBreakStreamsIsRefusedThereToo(Vertx vertx) {
    record Case(String name, Consumer<HttpServerOptions> setting) {}

    for (Case each :
        List.of(
            new Case("idle timeouts", o -> o.setIdleTimeout(1)),
            new Case("idle timeouts", o -> o.setReadIdleTimeout(1)),
            new Case("idle timeouts", o -> o.setWriteIdleTimeout(1)),
            new Case("compressionSupported", o -> o.setCompressionSupported(true)),
            new Case("decompressionSupported", o -> o.setDecompressionSupported(true)),
            new Case("soLinger", o -> o.setSoLinger(0)),
            new Case("http2Multiplex", o -> o.setHttp2MultiplexImplementation(true)),
            new Case("handle100", o -> o.setHandle100ContinueAutomatically(true)),
            new Case("http.proxyProtocol", o -> o.setUseProxyProtocol(true)))) {
      HttpServerOptions given = new HttpServerOptions();
      each.setting().accept(given);
      assertThatThrownBy(() -> SseBridgeServer.create(vertx, options(), given))
          .as(each.name())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(each.name());
    }
  }

  @Test
  void aWindowOfRequestsIsWhatHttp2Permits(Vertx vertx) {
    String config = "{'http':{'http2':{'maxConcurrentStreams':2}}," + ROUTES;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      HttpClient client = vertx.createHttpClient(http2().setHttp2ClearTextUpgrade(false));
      for (int i = 0; i < 3; i++) {
        client
            .request(new RequestOptions().setHost("localhost").setPort(bridge.port()).setURI("/n"))
            .compose(made -> made.putHeader("accept", "text/event-stream").send())
            .onFailure(closedAtTheEnd -> {});
      }
      bridge.awaitStreams(2);
      SseProbe other = bridge.open("/n");
      bridge.publish("n", "of others nothing is known");
      other.awaitData("of others nothing is known");
      bridge.awaitStreams(3); // two of them over HTTP/2
      get(client.close());
    }
  }
}
