package dev.ssebridge.client;

import static dev.ssebridge.testing.BridgeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.ConfigException;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ConfigWarnings;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.junit5.VertxExtension;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the connection of a source is made: over real sockets, to an origin that looks at it. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class SourceWayTest {
  private final Queue<HttpServerRequest> asked = new ConcurrentLinkedQueue<>();
  private final Queue<Object> events = new ConcurrentLinkedQueue<>();

  private int origin(Vertx vertx, HttpServerOptions options) {
    HttpServer server =
        vertx
            .createHttpServer(options)
            .requestHandler(
                request -> {
                  asked.add(request);
                  request.response().putHeader("content-type", "text/event-stream");
                  request.response().setChunked(true).write("data: came\n\n");
                });
    return get(server.listen(0, "127.0.0.1")).actualPort();
  }

  private static HttpServerOptions tls() throws Exception {
    return new HttpServerOptions()
        .setSsl(true)
        .setUseAlpn(true)
        .setKeyCertOptions(TestCertificate.forHost("dns:another.example").key());
  }

  private static SourceOptions source(String scheme, String host, int port) {
    return new SourceOptions(scheme + "://" + host + ":" + port + "/", "way");
  }

  private HttpServerRequest follow(Vertx vertx, SourceOptions source, HttpClientOptions client) {
    vertx.eventBus().consumer("way", message -> events.add(message.body()));
    get(
        vertx.deployVerticle(
            new SseClientVerticle(new SseBridgeOptions().addSource("up", source), client)));
    Deadline.await(() -> events.contains("came"), () -> "the event, there are " + events);
    return asked.element();
  }

  private HttpServerRequest follow(Vertx vertx, SourceOptions source) {
    return follow(vertx, source, EventSourceOptions.defaultHttpClient());
  }

  @Test
  void trustAllTakesAnyCertificateForAnyNameAndIsWarnedOf(Vertx vertx) throws Exception {
    SourceOptions source = source("https", "localhost", origin(vertx, tls())).setTrustAll(true);
    assertThat(follow(vertx, source).isSSL()).isTrue();
    assertThat(
            ConfigWarnings.ofSources(
                BridgeConfig.of(new SseBridgeOptions().addSource("up", source))))
        .singleElement()
        .asString()
        .startsWith("/sources/up/trustAll: any certificate is taken");
  }

  @Test
  void itShowsItsOwnCertificate(Vertx vertx) throws Exception {
    TestCertificate own = TestCertificate.forHost("dns:client");
    int port =
        origin(
            vertx,
            tls()
                .setClientAuth(ClientAuth.REQUIRED)
                .setTrustOptions(new PemTrustOptions().addCertPath(own.pem().toString())));
    SourceOptions source = source("https", "localhost", port).setTrustAll(true);
    source.getClientCert().setCert(own.pem().toString()).setKey(own.pemKey().toString());
    assertThat(follow(vertx, source).isSSL()).isTrue();
  }

  @Test
  void itComesFromTheAddressThatIsNamed(Vertx vertx) {
    int port = origin(vertx, new HttpServerOptions());
    SourceOptions source = source("http", "127.0.0.1", port).setLocalAddress("127.0.0.7");
    assertThat(follow(vertx, source).remoteAddress().host()).isEqualTo("127.0.0.7");
  }

  @ParameterizedTest
  @CsvSource({
    "http, true, HTTP_2",
    "http, false, HTTP_1_1",
    "https, true, HTTP_2",
    "https, false, HTTP_1_1"
  })
  void http2IsSpokenWhereTheServerDoes(
      String scheme, boolean http2, HttpVersion version, Vertx vertx) throws Exception {
    int port = origin(vertx, scheme.equals("https") ? tls() : new HttpServerOptions());
    SourceOptions source = source(scheme, "localhost", port).setHttp2(http2);
    source.setTrustAll(scheme.equals("https"));
    assertThat(follow(vertx, source).version()).isEqualTo(version);
  }

  @ParameterizedTest
  @CsvSource({"http", "https"})
  void andHttp1WhereItDoesNot(String scheme, Vertx vertx) throws Exception {
    HttpServerOptions old = scheme.equals("https") ? tls() : new HttpServerOptions();
    int port =
        origin(
            vertx,
            old.setHttp2ClearTextEnabled(false).setAlpnVersions(List.of(HttpVersion.HTTP_1_1)));
    SourceOptions source = source(scheme, "localhost", port).setHttp2(true);
    source.setTrustAll(scheme.equals("https"));
    assertThat(follow(vertx, source).version()).isEqualTo(HttpVersion.HTTP_1_1);
  }

  @Test
  void itConnectsFromTheAddressThatIsNamed(Vertx vertx) {
    SourceOptions source =
        source("http", "127.0.0.1", origin(vertx, new HttpServerOptions()))
            .setLocalAddress("127.0.0.5");
    assertThat(follow(vertx, source).remoteAddress().hostAddress()).isEqualTo("127.0.0.5");
  }

  @Test
  void itAsksTheNameServersThatAreNamedOneAfterTheOther(Vertx vertx) throws Exception {
    int port = origin(vertx, new HttpServerOptions());
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        DatagramSocket names = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> answer(names), "names");
      server.start();
      SourceOptions source = source("http", "only.there.example", port);
      source
          .getStream()
          .getResolver()
          .setServers(
              List.of("127.0.0.1:" + silent.getLocalPort(), "127.0.0.1:" + names.getLocalPort()))
          .setTimeout(java.time.Duration.ofMillis(300));
      assertThat(follow(vertx, source).getHeader("host")).isEqualTo("only.there.example:" + port);
    }
  }

  /** RFC 1035: every name is this machine, as an IPv4 address. */
  private static void answer(DatagramSocket names) {
    byte[] bytes = new byte[512];
    while (!names.isClosed()) {
      DatagramPacket asked = new DatagramPacket(bytes, bytes.length);
      try {
        names.receive(asked);
        int end = 12;
        while (bytes[end] != 0) {
          end += bytes[end] + 1;
        }
        end += 5;
        boolean ipv4 = bytes[end - 3] == 1;
        byte[] found = {(byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1};
        byte[] answer = Arrays.copyOf(bytes, ipv4 ? end + found.length : end);
        answer[2] = (byte) 0x81;
        answer[3] = (byte) 0x80;
        Arrays.fill(answer, 6, 12, (byte) 0);
        if (ipv4) {
          answer[7] = 1;
          System.arraycopy(found, 0, answer, end, found.length);
        }
        names.send(new DatagramPacket(answer, answer.length, asked.getSocketAddress()));
      } catch (java.io.IOException closed) {
        return;
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'trustAll':true,'ca':'ca.pem'|/trustAll: expected either \"ca\" or \"trustAll\"",
        "'clientCert':{'cert':'c.pem'}|/clientCert/key: missing",
        "'clientCert':{'key':'k.pem'}|/clientCert/cert: missing",
        "'localAddress':'eth0'|/localAddress: expected an IP address of this machine",
        "'resolver':{'servers':['dns.example']}|/resolver/servers/0: expected the IP address",
        "'resolver':{'servers':['10.0.0.1:0']}|/resolver/servers/0: expected the IP address",
        "'resolver':{'servers':['10.0.0.1']},'proxy':'http://p:1'|/resolver: not used with",
      })
  void whatCannotWorkIsRefused(String keys, String problem) {
    JsonObject json =
        new JsonObject(("{'url':'http://h/','address':'a'," + keys + "}").replace('\'', '"'));
    assertThatThrownBy(() -> SourceConfig.read(json))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void optionsOfVertxThatBreakStreamsAreRefused() {
    SseBridgeOptions options = new SseBridgeOptions();
    for (HttpClientOptions given :
        List.of(
            new HttpClientOptions().setIdleTimeout(1),
            new HttpClientOptions().setReadIdleTimeout(1),
            new HttpClientOptions().setDecompressionSupported(true))) {
      assertThatThrownBy(() -> new SseClientVerticle(options, given))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("HttpClientOptions: ");
    }
  }
}
