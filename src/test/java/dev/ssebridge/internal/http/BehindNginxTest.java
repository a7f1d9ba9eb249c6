package dev.ssebridge.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Nginx;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TlsStream;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Publishing from web pages through nginx, with the ways in which it passes on the host. */
@ExtendWith(VertxExtension.class)
class BehindNginxTest {
  private static final String NAME = "events.example";

  @BeforeAll
  static void requireNginx() {
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(
          Files.isExecutable(Nginx.BINARY),
          Nginx.BINARY + " is missing (Debian package nginx); with CI=true this test fails");
    }
  }

  /**
   * @param host what nginx passes on as Host; $proxy_host where it is left as installed
   * @param plain the status of a page of the own site over plain HTTP, where browsers send Origin
   *     alone
   * @param listed the same where the origin is listed
   */
  @ParameterizedTest
  @CsvSource({"$host, 202, 202", "$http_host, 202, 202", "$proxy_host, 403, 202", ", 403, 202"})
  void ownPagesPublishAndOthersDoNot(
      String host, int plain, int listed, Vertx vertx, @TempDir Path directory) throws Exception {
    TestCertificate certificate = TestCertificate.forHost("dns:" + NAME);
    String publish = "'publish':{'t':{'path':'/t','address':'t'}}}";
    String config =
        "{'http':{'hosts':['"
            + NAME
            + "','127.0.0.1']},'routes':{'t':{'path':'/t','address':'t'}},";
    String directives = host == null ? "" : "proxy_set_header Host " + host + ";";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config + publish);
        Nginx nginx = Nginx.start(directory, certificate, bridge.port(), directives)) {
      SseProbe bystander = bridge.probes().get(nginx.plain(), "/t", "X: as installed");
      if (host != null && !host.equals("$proxy_host")) {
        // The probe asks for localhost, which is passed on, and is not listed.
        assertThat(bystander.awaitEnd().status()).isEqualTo(421);
        bystander = bridge.probes().raw(nginx.plain(), get(nginx.plain()));
      }
      bystander.awaitOpen();

      String site = "http://" + NAME + ":" + nginx.plain();
      String secure = "https://" + NAME + ":" + nginx.tls();
      assertThat(plain(bridge, nginx, "")).isEqualTo(202);
      assertThat(plain(bridge, nginx, "Origin: " + site + "\r\n")).isEqualTo(plain);
      assertThat(plain(bridge, nginx, "Origin: http://evil.example\r\n")).isEqualTo(403);
      assertThat(plain(bridge, nginx, "Origin: null\r\n")).isEqualTo(403);
      assertThat(tls(nginx, "")).isEqualTo(202);
      assertThat(tls(nginx, "Origin: " + secure + "\r\nSec-Fetch-Site: same-origin\r\n"))
          .isEqualTo(202);
      assertThat(tls(nginx, "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n"))
          .isEqualTo(403);
      bystander.awaitEvents(plain == 202 ? 4 : 3);
    }
    String list = "{'http':{'cors':{'publishOrigins':['http://" + NAME + "']},'hosts':['*']},";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, list + publish);
        Nginx nginx = Nginx.start(directory, certificate, bridge.port(), directives)) {
      assertThat(plain(bridge, nginx, "Origin: http://" + NAME + "\r\n")).isEqualTo(listed);
    }
  }

  private static String get(int port) {
    return "GET /t HTTP/1.1\r\nHost: "
        + NAME
        + ":"
        + port
        + "\r\nAccept: text/event-stream\r\n\r\n";
  }

  private static String post(int port, String headers) {
    return "POST /t HTTP/1.1\r\nHost: "
        + NAME
        + ":"
        + port
        + "\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n"
        + headers
        + "\r\nx";
  }

  private static int plain(BridgeFixture bridge, Nginx nginx, String headers) {
    return bridge.probes().raw(nginx.plain(), post(nginx.plain(), headers)).awaitEnd().status();
  }

  private static int tls(Nginx nginx, String headers) throws Exception {
    try (SSLSocket socket = TlsStream.connect(nginx.tls(), 64 * 1024)) {
      socket.getOutputStream().write(post(nginx.tls(), headers).getBytes(UTF_8));
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), UTF_8);
      return Integer.parseInt(answer.split(" ", 3)[1]);
    }
  }
}
