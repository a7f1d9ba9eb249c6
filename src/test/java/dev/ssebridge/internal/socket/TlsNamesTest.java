package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.CertificateOptions;
import dev.ssebridge.ConfigException;
import dev.ssebridge.HttpOptions;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SubscribeRequest;
import dev.ssebridge.TlsOptions;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.door.ListeningBridge;
import dev.ssebridge.internal.http.ClientCertificate;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TlsStream;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.junit5.VertxExtension;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which certificate a server shows, and what it learns of that of a client. */
@ExtendWith(VertxExtension.class)
@Ways({Way.TLS_OF_JDK, Way.TLS_OF_OPENSSL})
@Tag("slow")
class TlsNamesTest {
  private static final String USUAL = "dns:usual.example,dns:exact.shop.example";
  private static final String SHOP = "dns:*.shop.example";
  private static final String DESK = "dns:desk.example,dns:a.shop.example";

  private static TlsOptions tls(String names) throws Exception {
    TestCertificate certificate = TestCertificate.forHost(names);
    return new TlsOptions()
        .setEngine(Way.current().engine())
        .setCert(certificate.pem().toString())
        .setKey(certificate.pemKey().toString());
  }

  private static CertificateOptions certificate(String names) throws Exception {
    TestCertificate certificate = TestCertificate.forHost(names);
    return new CertificateOptions()
        .setCert(certificate.pem().toString())
        .setKey(certificate.pemKey().toString());
  }

  private static SseBridgeOptions options(TlsOptions tls) {
    return new SseBridgeOptions()
        .setHttp(
            new HttpOptions().setPort(0).setDrain(Duration.ZERO).setHosts(List.of("*")).setTls(tls))
        .addRoute("n", new RouteOptions("/n", "n"));
  }

  @Test
  void aClientIsShownTheCertificateOfTheNameThatItAsksFor(Vertx vertx) throws Exception {
    Map<String, CertificateOptions> more = new LinkedHashMap<>();
    more.put("shop", certificate(SHOP));
    more.put("desk", certificate(DESK));
    ListeningBridge server =
        ListeningBridge.create(vertx, options(tls(USUAL).setCertificates(more)));
    BridgeFixture.get(server.listen());

    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("usual.example", USUAL);
    expected.put("USUAL.example", USUAL);
    expected.put("desk.example", DESK);
    expected.put("b.shop.example", SHOP);
    expected.put("B.Shop.Example", SHOP);
    expected.put("a.shop.example", DESK);
    expected.put("exact.shop.example", USUAL);
    expected.put("a.b.shop.example", USUAL);
    expected.put("shop.example", USUAL);
    expected.put("evil.example", USUAL);
    expected.put("", USUAL);
    for (Map.Entry<String, String> each : expected.entrySet()) {
      assertThat(TlsStream.serialAt(server.actualPort(), each.getKey()))
          .as("%s", each.getKey())
          .isEqualTo(TestCertificate.forHost(each.getValue()).serial());
    }
    for (int i = 0; i < 100; i++) {
      assertThat(TlsStream.serialAt(server.actualPort(), "n" + i + ".shop.example"))
          .isEqualTo(TestCertificate.forHost(SHOP).serial());
    }
    BridgeFixture.get(server.close());
  }

  @ParameterizedTest
  @CsvSource({
    "REQUEST, none, 200, none",
    "REQUEST, own, 200, CN=test",
    "REQUEST, foreign, refused, ",
    "REQUIRED, none, refused, ",
    "REQUIRED, own, 200, CN=test",
    "REQUIRED, foreign, refused, ",
    ", none, refused, ",
    ", own, 200, CN=test",
  })
  void whoseCertificateAClientHasIsKnown(
      @Nullable ClientAuth auth, String shown, String status, @Nullable String subject, Vertx vertx)
      throws Exception {
    TestCertificate own = TestCertificate.forHost("dns:client");
    TestCertificate foreign = TestCertificate.forHost("dns:foreign");
    ListeningBridge server =
        ListeningBridge.create(
            vertx,
            options(tls("dns:localhost").setClientCa(own.pem().toString()).setClientAuth(auth)));
    Queue<String> subjects = new ConcurrentLinkedQueue<>();
    server
        .bridge()
        .subscribeHandler(
            request -> {
              subjects.add(told(request));
              request.accept();
            });
    BridgeFixture.get(server.listen());
    HttpClientOptions client =
        new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false);
    if (!shown.equals("none")) {
      TestCertificate identity = shown.equals("own") ? own : foreign;
      client.setKeyCertOptions(
          new PemKeyCertOptions()
              .setCertPath(identity.pem().toString())
              .setKeyPath(identity.pemKey().toString()));
    }
    HttpClient made = vertx.createHttpClient(client);
    String answer =
        BridgeFixture.get(
            made.request(
                    new RequestOptions()
                        .setHost("localhost")
                        .setPort(server.actualPort())
                        .setURI("/n")
                        .setTimeout(20_000)
                        .putHeader("accept", "text/event-stream"))
                .compose(request -> request.send())
                .map(response -> response.exceptionHandler(closedAtTheEnd -> {}))
                .map(response -> Integer.toString(response.statusCode()))
                .otherwise("refused")
                .eventually(made::close));
    assertThat(answer).isEqualTo(status);
    if (subject == null) {
      assertThat(subjects).isEmpty();
    } else {
      assertThat(subjects).containsExactly(subject);
    }
    BridgeFixture.get(server.close());
  }

  private static String told(SubscribeRequest request) {
    X509Certificate certificate = ClientCertificate.of(request.request());
    String subject = certificate == null ? null : ClientCertificate.subjectOf(certificate);
    String name = subject == null ? null : ClientCertificate.commonNameIn(subject);
    assertThat(name).isEqualTo(subject == null ? null : "test");
    return String.valueOf(subject == null ? "none" : subject);
  }

  @Test
  void withoutTlsNobodyHasACertificate(Vertx vertx) {
    Queue<String> subjects = new ConcurrentLinkedQueue<>();
    try (BridgeFixture bridge =
        BridgeFixture.withHandlers(
            vertx,
            "{'routes':{'n':{'path':'/n','address':'n','linger':0}}}",
            each ->
                each.subscribeHandler(
                    request -> {
                      subjects.add(told(request));
                      request.accept();
                    }))) {
      bridge.open("/n");
      assertThat(subjects).containsExactly("none");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'certificates':{'a':{'cert':'a.pem'}},'cert':'c','key':'k'|"
            + "/http/tls/certificates/a/key: missing",
        "'certificates':{'a':{'cert':'a.pem','key':'a'}}|/http/tls/certificates: has no",
        "'redirectPort':8080,'cert':'c','key':'k'|/http/tls/redirectPort: expected another port",
        "'redirectPort':80|/http/tls/redirectPort: has no effect",
        "'redirectTo':443,'cert':'c','key':'k'|/http/tls/redirectTo: has no effect here",
        "'clientAuth':'request','cert':'c','key':'k'|/http/tls/clientCa: missing, \"clientAuth\"",
        "'clientAuth':'required','cert':'c','key':'k'|/http/tls/clientCa: missing",
        "'clientAuth':'none','clientCa':'x','cert':'c','key':'k'|/http/tls/clientCa: has no effect",
        "'clientAuth':'maybe'|/http/tls/clientAuth: expected \"none\" or \"request\"",
        "'clientCa':'x'|/http/tls/clientCa: has no effect",
      })
  void whatCannotWorkIsAProblem(String tls, String problem) {
    assertThatThrownBy(
            () -> BridgeConfig.read(BridgeFixture.json("{'http':{'tls':{" + tls + "}}}")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, any.example, /n?x=1, 308, https://any.example:PORT/n?x=1",
    "HEAD, any.example:80, /, 308, https://any.example:PORT/",
    "GET, 127.0.0.1, //evil.example/x, 308, https://127.0.0.1:PORT//evil.example/x",
    "GET, '[::1]:80', /n, 308, https://[::1]:PORT/n",
    "GET, ANY.example., /n, 308, https://any.example:PORT/n",
    "GET, any.example, http://other.example/n, 308, https://other.example:PORT/n",
    "GET, any.example, /%0d%0aset-cookie:x, 308, https://any.example:PORT/%0d%0aset-cookie:x",
    "GET, 'any.example, evil.example', /n, 400, ",
    "GET, any.example@evil.example, /n, 400, ",
    "GET, any.example/evil, /n, 400, ",
    "GET, a$b.example, /n, 400, ",
    "GET, *.example, /n, 400, ",
    "POST, any.example, /n, 403, ",
    "PUT, any.example, /n, 403, ",
    "OPTIONS, any.example, /n, 403, ",
  })
  void thePlainPortLeadsToTheOneWithTls(
      String method, String host, String target, int status, @Nullable String location, Vertx vertx)
      throws Exception {
    ListeningBridge server =
        ListeningBridge.create(vertx, options(tls("dns:localhost").setRedirectPort(0)));
    BridgeFixture.get(server.listen());
    try (var probes = new SseProbes()) {
      var asked =
          probes
              .raw(
                  server.redirectPort(),
                  method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
              .awaitEnd();
      assertThat(asked.status()).isEqualTo(status);
      assertThat(asked.header("location"))
          .isEqualTo(location == null ? "" : location.replace("PORT", "" + server.actualPort()));
      if (status == 403) {
        assertThat(asked.body()).contains("https://any.example:" + server.actualPort());
      }
      assertThat(asked.header("set-cookie")).isEmpty();
    }
    int plain = server.redirectPort();
    BridgeFixture.get(server.close());
    HttpClient client = vertx.createHttpClient();
    assertThat(client.request(HttpMethod.GET, plain, "127.0.0.1", "/"))
        .satisfies(
            closed ->
                assertThatThrownBy(() -> BridgeFixture.get(closed))
                    .isInstanceOf(AssertionError.class));
  }

  @Test
  void thePlainPortServesTheHostsOfTheServerAloneAndAnotherPortIsNamedWhereClientsReachIt(
      Vertx vertx) throws Exception {
    SseBridgeOptions options = options(tls("dns:localhost").setRedirectPort(0).setRedirectTo(443));
    options.getHttp().setHosts(List.of("events.example"));
    options.getLimits().setConnectionsPerRemote(2);
    ListeningBridge server = ListeningBridge.create(vertx, options);
    BridgeFixture.get(server.listen());
    try (var probes = new SseProbes()) {
      String end = "\r\nConnection: close\r\n\r\n";
      var good = probes.raw(server.redirectPort(), "GET /n HTTP/1.1\r\nHost: events.example" + end);
      assertThat(good.awaitEnd().header("location")).isEqualTo("https://events.example/n");
      var evil = probes.raw(server.redirectPort(), "GET /n HTTP/1.1\r\nHost: evil.example" + end);
      assertThat(evil.awaitEnd().status()).isEqualTo(421);
      assertThat(evil.header("location")).isEmpty();
      good.awaitDisconnect();
      evil.awaitDisconnect();
      String open = "GET /n HTTP/1.1\r\nHost: events.example\r\n\r\n";
      probes.raw(server.redirectPort(), open).awaitEnd();
      probes.raw(server.redirectPort(), open).awaitEnd();
      probes.raw(server.redirectPort(), open).awaitDisconnect();
    }
    BridgeFixture.get(server.close());
  }
}
