package dev.ssebridge.internal.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.Installed;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.browser.Chromium;
import dev.ssebridge.testing.browser.Page;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged program behind the proxies of {@code conf/}, with a page in a real browser, whose
 * EventSource would give up for good on what a proxy usually says while nobody is behind it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class BehindProxiesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CONFIG =
      """
      {"http": {"port": %d, "drain": 0, "trustedProxies": ["127.0.0.1"]}, "admin": {"port": %d},
       "limits": {"retained": "32MiB"},
       "routes": {"topics": {"path": "/topics/:topic", "address": "topics.{topic}",
                             "retry": "500ms"}},
       "publish": {"topics": {"path": "/topics/:topic", "address": "topics.{topic}"}}}
      """;

  private final Vertx vertx = Vertx.vertx();
  private final int bridge = Installed.portToComeBackTo();
  private final int admin = Installed.portToComeBackTo();
  private @Nullable Chromium browser;
  private @Nullable HttpClient client;
  private @Nullable TestCertificate certificate;

  @TempDir Path directory;

  @BeforeAll
  void start() throws Exception {
    Chromium.require();
    TestCertificate made = TestCertificate.forHost("dns:localhost");
    certificate = made;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(trusting(made))
            .build();
    browser = Chromium.start(vertx, "--ignore-certificate-errors");
  }

  @AfterAll
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  @Test
  void behindNginxAPageComesBackByItselfWhenAllBridgesWereKilled() throws Exception {
    try (ShippedProxy nginx = ShippedProxy.nginx(directory, requireNonNull(certificate), bridge)) {
      killAndComeBack(nginx);
    }
  }

  @Test
  void behindHaproxyAPageComesBackByItselfWhenAllBridgesWereKilled() throws Exception {
    try (ShippedProxy haproxy =
        ShippedProxy.haproxy(directory, requireNonNull(certificate), bridge, admin)) {
      killAndComeBack(haproxy);
    }
  }

  private void killAndComeBack(ShippedProxy proxy) throws Exception {
    String site = "https://localhost:" + proxy.tls();
    Page page = requireNonNull(browser).page();
    try (FatJar program = run(directory)) {
      program.awaitListening();
      Deadline.await(PATIENCE, () -> post(site, "m0") == 202, () -> "the proxy finds the bridge");
      page.open(site + "/");
      page.evaluate(
          "(() => { window.data = []; window.gaps = []; window.refused = 0; window.opened = 0;"
              + " const source = new EventSource('/topics/a?from=earliest');"
              + " window.source = source;"
              + " source.onopen = () => { window.opened++; };"
              + " source.onmessage = event => { window.data.push(event.data); };"
              + " source.onerror = () => {"
              + "   if (source.readyState === EventSource.CLOSED) { window.dead = true; } };"
              + " source.addEventListener('sse.gap', event => {"
              + "   window.gaps.push(JSON.parse(event.data)); });"
              + " source.addEventListener('sse.refused', () => { window.refused++; }); })()");
      postNumbers(site, 1, 20);
      awaitData(page, 20);
    } // SIGKILL

    page.await("window.refused >= 2", PATIENCE);
    assertThat(page.evaluate("window.dead === undefined")).isEqualTo(true);
    assertThat(post(site, "lost")).isBetween(502, 504);
    assertThat(status(site, "HEAD", "text/event-stream")).isBetween(502, 504);
    assertThat(status(site, "GET", "*/*")).isBetween(502, 504);
    assertThat(status(site, "GET", "text/event-stream")).isEqualTo(200);
    // Of another origin: whatever the page may read, or it gives up for good.
    page.evaluate(
        "(() => { window.foreign = 0; window.foreignDead = false;"
            + " const source = new EventSource('https://127.0.0.1:"
            + proxy.tls()
            + "/topics/a', {withCredentials: true});"
            + " source.addEventListener('sse.refused', () => { window.foreign++; });"
            + " source.onerror = () => {"
            + "   if (source.readyState === EventSource.CLOSED) { window.foreignDead = true; } }; })()");
    page.await("window.foreign >= 1 || window.foreignDead", PATIENCE);
    assertThat(page.evaluate("!window.foreignDead")).isEqualTo(true);

    try (FatJar again = run(directory)) {
      again.awaitListening();
      Deadline.await(PATIENCE, () -> post(site, "m21") == 202, () -> "the proxy finds it again");
      postNumbers(site, 22, 40);
      awaitData(page, 40);
      assertThat(list(page, "data"))
          .isEqualTo(IntStream.rangeClosed(0, 40).mapToObj(i -> "m" + i).toList());
      assertThat(page.evaluate("source.readyState === EventSource.OPEN && !window.dead"))
          .isEqualTo(true);
      // The history died with the bridge, and the page is told so, once. Nothing else was missed.
      JsonArray gaps = new JsonArray(String.valueOf(page.evaluate("JSON.stringify(gaps)")));
      assertThat(gaps).hasSize(1);
      JsonObject gap = gaps.getJsonObject(0);
      assertThat(gap.getString("reason")).isEqualTo("epoch");
    }
    page.open("about:blank");
  }

  /** What comes in clear text is led to https, and a streaming body passes line by line. */
  @Test
  void bothLeadToHttpsAndHoldBackNothing() throws Exception {
    try (FatJar program = run(directory)) {
      program.awaitListening();
      try (ShippedProxy nginx = ShippedProxy.nginx(directory, requireNonNull(certificate), bridge);
          ShippedProxy haproxy =
              ShippedProxy.haproxy(directory, requireNonNull(certificate), bridge, admin)) {
        for (ShippedProxy proxy : List.of(nginx, haproxy)) {
          HttpResponse<Void> moved =
              requireNonNull(client)
                  .send(
                      HttpRequest.newBuilder(
                              URI.create("http://localhost:" + proxy.plain() + "/topics/a?x=1"))
                          .build(),
                      BodyHandlers.discarding());
          assertThat(moved.statusCode()).isEqualTo(308);
          assertThat(moved.headers().firstValue("location").orElse(""))
              .startsWith("https://localhost")
              .endsWith("/topics/a?x=1");
          eachEventComesBeforeTheNextIsPublished("https://localhost:" + proxy.tls());
        }
      }
    }
  }

  private void eachEventComesBeforeTheNextIsPublished(String site) throws Exception {
    Deadline.await(PATIENCE, () -> post(site, "first") == 202, () -> "the proxy finds the bridge");
    HttpResponse<InputStream> stream =
        requireNonNull(client)
            .send(
                HttpRequest.newBuilder(URI.create(site + "/topics/a"))
                    .header("accept", "text/event-stream")
                    .build(),
                BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    try (InputStream body = stream.body()) {
      StringBuilder read = new StringBuilder();
      for (int i = 0; i < 5; i++) {
        assertThat(post(site, "number " + i)).isEqualTo(202);
        while (read.indexOf("data: number " + i + "\n") < 0) {
          int next = body.read();
          assertThat(next).as("%s", read).isNotNegative();
          read.append((char) next);
        }
      }
    }
  }

  private FatJar run(Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("b.json"), CONFIG.formatted(bridge, admin));
    return FatJar.run(directory, file.toString());
  }

  private void postNumbers(String site, int from, int to) {
    for (int i = from; i <= to; i++) {
      assertThat(post(site, "m" + i)).isEqualTo(202);
    }
  }

  private static void awaitData(Page page, int last) throws Exception {
    page.await("window.data.includes('m" + last + "')", PATIENCE);
  }

  private static List<?> list(Page page, String name) throws Exception {
    return new JsonArray(String.valueOf(page.evaluate("JSON.stringify(" + name + ")"))).getList();
  }

  private int post(String site, String text) {
    return send(
        HttpRequest.newBuilder(URI.create(site + "/topics/a"))
            .header("content-type", "text/plain")
            .header("accept", "text/event-stream")
            .POST(BodyPublishers.ofString(text)));
  }

  private int status(String site, String method, String accept) {
    return send(
        HttpRequest.newBuilder(URI.create(site + "/topics/a"))
            .header("accept", accept)
            .method(method, BodyPublishers.noBody()));
  }

  private int send(HttpRequest.Builder request) {
    try {
      return requireNonNull(client)
          .send(request.timeout(Deadline.PATIENCE).build(), BodyHandlers.discarding())
          .statusCode();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  private static SSLContext trusting(TestCertificate certificate) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (InputStream in = Files.newInputStream(certificate.pem())) {
      store.setCertificateEntry(
          "a", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
