package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP/2, TLS, proxies, pools. */
@Tag("slow")
class EventSourceTransportTest extends EventSourceFixture {
  private static TestCertificate trusted;
  private final BlockingQueue<HttpServerResponse> streams = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<HttpServer> servers = new ArrayList<>();

  @BeforeAll
  static void certificate() throws Exception {
    trusted = TestCertificate.forHost("ip:127.0.0.1");
  }

  @AfterEach
  void closeServers() throws Exception {
    for (HttpServer server : servers) {
      await(server.close());
    }
  }

  private int serve(HttpServerOptions options) throws Exception {
    HttpServer server =
        await(
            vertx
                .createHttpServer(options.setHost("127.0.0.1").setPort(0))
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(
                    request -> {
                      HttpServerResponse response = request.response();
                      response.putHeader("content-type", "text/event-stream");
                      response.putHeader("x-version", request.version().name());
                      response.putHeader(
                          "x-last", String.valueOf(request.getHeader("last-event-id")));
                      response.setChunked(true).writeHead();
                      response.exceptionHandler(failure -> {});
                      response.closeHandler(end -> closed.add("closed"));
                      streams.add(response);
                    })
                .listen());
    servers.add(server);
    return server.actualPort();
  }

  private HttpServerResponse stream() throws InterruptedException {
    HttpServerResponse response = streams.poll(20, TimeUnit.SECONDS);
    if (response == null) {
      throw new AssertionError("no request came");
    }
    return response;
  }

  private void streamsResumesAndCloses(EventSourceBuilder builder, HttpVersion version)
      throws Exception {
    EventSource source = source(builder);
    Recorder recorder = Recorder.of(source);
    connect(source);
    await(stream().write("id: 1\ndata: a\n\n"));
    assertThat(recorder.data(1)).containsExactly("a");
    assertThat(source.responseHeaders().get("x-version")).containsExactly(version.name());
    source.restart();
    assertThat(closed.poll(20, TimeUnit.SECONDS)).isEqualTo("closed");
    HttpServerResponse second = stream();
    await(second.write("data: b\n\n"));
    assertThat(recorder.data(1)).containsExactly("b");
    assertThat(source.responseHeaders().get("x-last")).containsExactly("1");
    second.end();
    recorder.awaitWaiting(EventSourceReason.ENDED);
    await(stream().write("data: c\n\n"));
    assertThat(recorder.data(1)).containsExactly("c");
    closed.clear();
    await(source.close());
    assertThat(closed.poll(20, TimeUnit.SECONDS)).isEqualTo("closed");
  }

  private static EventSourceOptions to(String scheme, int port) {
    return new EventSourceOptions(scheme + "://127.0.0.1:" + port + "/s")
        .setReconnect(new ReconnectPolicy().setRetry(Duration.ZERO));
  }

  @Test
  void client09Http2WithoutTls() throws Exception {
    int port = serve(new HttpServerOptions());
    streamsResumesAndCloses(
        builder(to("http", port))
            .with(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2)),
        HttpVersion.HTTP_2);
  }

  private static HttpClient http2Client() {
    return vertx
        .httpClientBuilder()
        .with(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false))
        .withConnectHandler(connection -> connection.exceptionHandler(failure -> {}))
        .build();
  }

  @Test
  void client17SourcesShareTheConnectionOfAGivenClientWhichStaysOpen() throws Exception {
    int port = serve(new HttpServerOptions());
    HttpClient client = http2Client();
    List<EventSource> sources = new ArrayList<>();
    List<Recorder> recorders = new ArrayList<>();
    List<HttpServerResponse> responses = new ArrayList<>();
    for (int number = 0; number < 20; number++) {
      EventSource source = source(builder(to("http", port)).withClient(client));
      sources.add(source);
      recorders.add(Recorder.of(source));
      connect(source);
      responses.add(stream());
      await(responses.get(number).write("data: " + number + "\n\n"));
      assertThat(recorders.get(number).data(1)).containsExactly("" + number);
    }
    assertThat(connections).hasValue(1);
    await(sources.get(0).close());
    assertThat(closed.poll(20, TimeUnit.SECONDS)).isEqualTo("closed");
    for (int number = 1; number < 20; number++) {
      await(responses.get(number).write("data: again\n\n"));
      assertThat(recorders.get(number).data(1)).containsExactly("again");
    }
    EventSource late = source(builder(to("http", port)).withClient(client));
    connect(late);
    stream();
    assertThat(connections).hasValue(1);
    await(client.close());
  }

  @Test
  void client14OneSilentStreamOfASharedConnectionDoesNotEndTheOthers() throws Exception {
    int port = serve(new HttpServerOptions());
    HttpClient client = http2Client();
    EventSource bystander = source(builder(to("http", port)).withClient(client));
    Recorder undisturbed = Recorder.of(bystander);
    connect(bystander);
    HttpServerResponse stream = stream();
    Recorder silent =
        follow(builder(to("http", port).setIdleTimeout(Duration.ofMillis(50))).withClient(client));
    for (int time = 0; time < 3; time++) {
      stream();
      silent.awaitWaiting(EventSourceReason.IDLE_TIMEOUT);
      await(stream.write("data: " + time + "\n\n"));
      assertThat(undisturbed.data(1)).containsExactly("" + time);
    }
    assertThat(connections).hasValue(1);
    assertThat(bystander.stats().attempts()).isEqualTo(1);
    await(client.close());
  }

  /** Blanks at the ends of a header are not part of its value, so the server may see none. */
  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void client02AnIdThatBeginsWithABlankOrIsLatin1DoesNotWedgeTheStream(HttpVersion version)
      throws Exception {
    int port = serve(new HttpServerOptions());
    EventSource source =
        source(builder(to("http", port)).with(new HttpClientOptions().setProtocolVersion(version)));
    Recorder recorder = Recorder.of(source);
    connect(source);
    for (String id : List.of(" ", " x", "\t", "x ", "\u0080\u009f", "a:b,c;d\"", "\ufffd")) {
      HttpServerResponse response = stream();
      await(response.write("id: " + id + "\ndata: " + id + "\n\n"));
      assertThat(recorder.event().id()).isEqualTo(id);
      response.end();
    }
    stream();
  }

  @Test
  void client16PausingStopsTheServersWritesOnHttp2AsWell() throws Exception {
    int port = serve(new HttpServerOptions());
    EventSource source =
        source(
            builder(to("http", port))
                .with(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2)));
    Recorder recorder = Recorder.of(source);
    connect(source);
    HttpServerResponse response = stream();
    await(response.write("data: first\n\n"));
    recorder.data(1);
    source.pause();
    String events = ("data: " + "x".repeat(100) + "\n\n").repeat(100);
    int written = 0;
    while (!response.writeQueueFull()) {
      response.write(events);
      written++;
      assertThat(written).as("chunks of 10 kB taken while paused").isLessThan(5000);
      Thread.onSpinWait();
    }
    assertThat(recorder.events.size()).isZero();
    source.resume();
    for (int number = 0; number < written * 100; number++) {
      recorder.event();
    }
  }

  @Test
  void client18Http11WithTls() throws Exception {
    int port = serve(new HttpServerOptions().setSsl(true).setKeyCertOptions(trusted.key()));
    streamsResumesAndCloses(
        builder(to("https", port))
            .with(
                new HttpClientOptions()
                    .setTrustOptions(new PemTrustOptions().addCertPath(trusted.pem().toString()))),
        HttpVersion.HTTP_1_1);
  }

  @Test
  void client18Http2WithTls() throws Exception {
    int port =
        serve(
            new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(trusted.key()));
    streamsResumesAndCloses(
        builder(to("https", port))
            .with(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setUseAlpn(true)
                    .setTrustOptions(new PemTrustOptions().addCertPath(trusted.pem().toString()))),
        HttpVersion.HTTP_2);
  }

  @Test
  void client18AServerThatIsNotTrustedIsATlsErrorAndTriedAgain() throws Exception {
    int port = serve(new HttpServerOptions().setSsl(true).setKeyCertOptions(trusted.key()));
    Recorder recorder = follow(to("https", port));
    recorder.awaitWaiting(EventSourceReason.TLS_ERROR);
    recorder.awaitWaiting(EventSourceReason.TLS_ERROR);
    assertThat(streams).isEmpty();
  }

  @Test
  void client18ACertificateForAnotherHostIsATlsError() throws Exception {
    TestCertificate other = TestCertificate.forHost("dns:example.com");
    int port = serve(new HttpServerOptions().setSsl(true).setKeyCertOptions(other.key()));
    Recorder recorder =
        follow(
            builder(to("https", port))
                .with(
                    new HttpClientOptions()
                        .setTrustOptions(
                            new PemTrustOptions().addCertPath(other.pem().toString()))));
    recorder.awaitWaiting(EventSourceReason.TLS_ERROR);
    assertThat(streams).isEmpty();
  }

  @Test
  void client18AProxyIsAskedForTheWholeUrlWithItsCredentials() throws Exception {
    try (UnrulyOrigin proxy = UnrulyOrigin.start()) {
      Recorder recorder =
          follow(
              builder(new EventSourceOptions("http://example.invalid/stream"))
                  .with(
                      new HttpClientOptions()
                          .setProxyOptions(
                              new ProxyOptions()
                                  .setHost("127.0.0.1")
                                  .setPort(proxy.port())
                                  .setUsername("user")
                                  .setPassword("pass"))));
      Peer peer = proxy.next();
      assertThat(peer.path()).isEqualTo("http://example.invalid/stream");
      assertThat(peer.header("proxy-authorization")).isEqualTo("Basic dXNlcjpwYXNz");
      peer.stream().send("data: x\n\n");
      assertThat(recorder.data(1)).containsExactly("x");
    }
  }

  @Test
  void client18AProxyIsAskedForATunnelToAnHttpsServer() throws Exception {
    try (UnrulyOrigin proxy = UnrulyOrigin.start()) {
      Recorder recorder =
          follow(
              builder(new EventSourceOptions("https://example.invalid/stream"))
                  .with(
                      new HttpClientOptions()
                          .setProxyOptions(
                              new ProxyOptions().setHost("127.0.0.1").setPort(proxy.port()))));
      Peer peer = proxy.next();
      assertThat(peer.method()).isEqualTo("CONNECT");
      assertThat(peer.path()).isEqualTo("example.invalid:443");
      peer.answer("403 Forbidden").close();
      recorder.awaitWaiting(EventSourceReason.NETWORK_ERROR);
    }
  }

  @Test
  void client01AnIpv6AddressIsDialledAndNamedInBrackets() throws Exception {
    BlockingQueue<String> hosts = new LinkedBlockingQueue<>();
    Future<HttpServer> bound =
        vertx
            .createHttpServer()
            .requestHandler(request -> hosts.add(String.valueOf(request.getHeader("host"))))
            .listen(0, "::1");
    HttpServer server = await(bound.otherwiseEmpty());
    assumeTrue(server != null, "this machine has no IPv6");
    servers.add(server);
    follow(new EventSourceOptions("http://[::1]:" + server.actualPort() + "/"));
    assertThat(hosts.poll(20, TimeUnit.SECONDS)).isEqualTo("[::1]:" + server.actualPort());
  }

  @Test
  void client17TwentyStreamsFromOneHostAreAllOpenAtATime() {
    List<Recorder> recorders = new ArrayList<>();
    for (int number = 0; number < 20; number++) {
      recorders.add(follow(options()));
    }
    for (int number = 0; number < 20; number++) {
      origin.next().stream().send("data: x\n\n");
    }
    for (Recorder recorder : recorders) {
      assertThat(recorder.data(1)).containsExactly("x");
    }
  }
}
