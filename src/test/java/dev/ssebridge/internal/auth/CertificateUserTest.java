package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.HttpOptions;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.TlsOptions;
import dev.ssebridge.auth.AuthOptions;
import dev.ssebridge.auth.CertificateUserOptions;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.door.ListeningBridge;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.junit5.VertxExtension;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Somebody who has shown who he is in the handshake. */
@ExtendWith(VertxExtension.class)
@Ways({Way.TLS_OF_JDK, Way.TLS_OF_OPENSSL})
@Tag("slow")
class CertificateUserTest {

  private static SseBridgeOptions options(TestCertificate ofClients) throws Exception {
    TestCertificate server = TestCertificate.forHost("dns:localhost");
    TlsOptions tls =
        new TlsOptions()
            .setEngine(Way.current().engine())
            .setCert(server.pem().toString())
            .setKey(server.pemKey().toString())
            .setClientCa(ofClients.pem().toString())
            .setClientAuth(ClientAuth.REQUEST);
    AuthOptions auth =
        new AuthOptions()
            .setRevocations("gone")
            .setCertificate(new CertificateUserOptions().setSubscribe(List.of("news")));
    return new SseBridgeOptions()
        .setHttp(
            new HttpOptions().setPort(0).setDrain(Duration.ZERO).setHosts(List.of("*")).setTls(tls))
        .setAuth(auth)
        .addRoute("news", new RouteOptions("/news", "news"))
        .addRoute("other", new RouteOptions("/other", "other"))
        .addRoute("own", new RouteOptions("/own", "own.{claim:sub}"));
  }

  private static HttpClient client(Vertx vertx, @Nullable TestCertificate own) {
    HttpClientOptions options =
        new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false);
    if (own != null) {
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .setCertPath(own.pem().toString())
              .setKeyPath(own.pemKey().toString()));
    }
    return vertx.createHttpClient(options);
  }

  /** What it has got so far. */
  private static final class Answer {
    private final Buffer body = Buffer.buffer();
    private final AtomicBoolean ended = new AtomicBoolean();
    private int status;

    private Answer take(HttpClientResponse response) {
      status = response.statusCode();
      response.exceptionHandler(cut -> ended.set(true));
      response.endHandler(v -> ended.set(true));
      response.handler(this::add);
      return this;
    }

    private synchronized void add(Buffer more) {
      body.appendBuffer(more);
    }

    private synchronized boolean has(String text) {
      return body.toString().contains(text);
    }
  }

  private static Answer get(HttpClient client, int port, String path, String... header) {
    RequestOptions request =
        new RequestOptions().setHost("localhost").setPort(port).setURI(path).setTimeout(20_000);
    if (header.length > 0) {
      request.putHeader(header[0], header[1]);
    }
    Answer answer = new Answer();
    return BridgeFixture.get(
        client.request(request).compose(each -> each.send().map(answer::take)));
  }

  @Test
  void aClientIsWhoItsCertificateSays(Vertx vertx) throws Exception {
    TestCertificate own = TestCertificate.forHost("dns:client");
    ListeningBridge server = ListeningBridge.create(vertx, options(own));
    BridgeFixture.get(server.listen());
    HttpClient known = client(vertx, own);
    HttpClient unknown = client(vertx, null);
    int port = server.actualPort();

    assertThat(get(unknown, port, "/news").status).isEqualTo(401);
    assertThat(get(known, port, "/other").status).isEqualTo(403);
    // A browser would show it with the requests of any page.
    assertThat(get(known, port, "/news", "Sec-Fetch-Site", "cross-site").status).isEqualTo(403);
    assertThat(get(known, port, "/news", "Origin", "https://evil.example").status).isEqualTo(403);
    assertThat(get(known, port, "/news", "Sec-Fetch-Site", "same-origin").status).isEqualTo(200);
    Answer news = get(known, port, "/news");
    Answer mine = get(known, port, "/own");
    assertThat(news.status).isEqualTo(200);
    vertx.eventBus().publish("own.test", "for me");
    vertx.eventBus().publish("news", "for all");
    Deadline.await(() -> mine.has("for me"), () -> "an event of its own");
    Deadline.await(() -> news.has("for all"), () -> "an event");

    JsonObject serial = new JsonObject().put("token", serialOf(own));
    JsonObject ended =
        (JsonObject) BridgeFixture.get(vertx.eventBus().request("gone", serial)).body();
    assertThat(ended.getInteger("ended")).isEqualTo(3);
    Deadline.await(mine.ended::get, () -> "the end of the stream");
    assertThat(get(known, port, "/news").status).isEqualTo(401);
    BridgeFixture.get(known.close());
    BridgeFixture.get(unknown.close());
    BridgeFixture.get(server.close());
  }

  private static String serialOf(TestCertificate certificate) throws Exception {
    return new BigInteger(certificate.serial()).toString(16);
  }

  @Test
  void withoutAskingForCertificatesNobodyCouldShowOne() {
    SseBridgeOptions options =
        new SseBridgeOptions()
            .setAuth(new AuthOptions().setCertificate(new CertificateUserOptions()))
            .addRoute("news", new RouteOptions("/news", "news"));
    assertThatThrownBy(() -> BridgeConfig.ofServer(options))
        .hasMessageContaining("/auth/certificate: has no effect here");
    assertThat(BridgeConfig.ofBridge(options).isAuthRequired()).isTrue();
  }
}
