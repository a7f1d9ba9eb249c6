package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.BridgeServer;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pages of web sites may do, and under which names the bridge is asked for. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class WebPagesTest {
  private static final String ROUTES =
      "'routes':{'t':{'path':'/topics/:topic','address':'topics.{topic}','linger':0}},"
          + "'publish':{'t':{'path':'/topics/:topic','address':'topics.{topic}'}}}";
  private static final String CONFIG =
      "{'http':{'cors':{'publishOrigins':['https://shop.example','http://shop.example:81']}},"
          + ROUTES;

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  /** Header lines of a POST to http://localhost:1, with ' ' between headers and = in them. */
  @ParameterizedTest
  @CsvSource({
    "'', 202",
    "Sec-Fetch-Site=same-origin, 202",
    "Sec-Fetch-Site=none, 202",
    "Sec-Fetch-Site=same-site, 403",
    "Sec-Fetch-Site=cross-site, 403",
    "Sec-Fetch-Site=whatever, 403",
    "Sec-Fetch-Site=SAME-ORIGIN, 403",
    "Sec-Fetch-Site=same-origin Sec-Fetch-Site=cross-site, 403",
    "Sec-Fetch-Site=same-origin Origin=null, 202",
    "Sec-Fetch-Site=same-origin Origin=http://elsewhere.example, 202",
    "Sec-Fetch-Site=cross-site Origin=http://localhost:1, 403",
    "Sec-Fetch-Site=cross-site Origin=null, 403",
    "Sec-Fetch-Site=cross-site Origin=https://shop.example, 202",
    "Sec-Fetch-Site=same-site Origin=http://shop.example:81, 202",
    "Sec-Fetch-Site=cross-site Origin=http://shop.example, 403",
    "Sec-Fetch-Site=cross-site Origin=https://shop.example.evil, 403",
    "Sec-Fetch-Site=cross-site Origin=https://shop.example Origin=https://evil.example, 403",
    "Origin=http://localhost:1, 202",
    "Origin=HTTP://LOCALHOST:1, 202",
    "Origin=https://localhost:1, 202",
    "Origin=http://localhost:2, 403",
    "Origin=http://localhost, 403",
    "Origin=null, 403",
    "Origin=, 403",
    "Origin=https://shop.example, 202",
    "Origin=http://evil.example, 403"
  })
  void aPageOfAnotherSiteCannotPublish(String headers, int status) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/topics/a");

      SseProbe asked = post(bridge, "localhost:1", lines(headers), "from a page").awaitEnd();
      assertThat(asked.status()).isEqualTo(status);
      if (status == 403) {
        assertThat(asked.body()).contains("http.cors.publishOrigins");
      }
      assertThat(post(bridge, "localhost:1", "", "by curl").awaitEnd().status()).isEqualTo(202);
      bystander.awaitData("by curl");
      assertThat(bystander.data()).hasSize(status == 202 ? 2 : 1).last().isEqualTo("by curl");
    }
  }

  @ParameterizedTest
  @CsvSource({"localhost, 202", "LOCALHOST., 403", "app.localhost, 403", "127.0.0.1, 403"})
  void aHostWithoutPortIsComparedWithoutPort(String host, int status) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      String page = "Origin: http://localhost:8443\r\n";
      assertThat(post(bridge, host, page, "x").awaitEnd().status()).isEqualTo(status);
    }
  }

  @Test
  void overPlainHttpARefusalSaysWhatToSetAtTheProxy() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe asked =
          post(bridge, "127.0.0.1:9", "Origin: http://events.example\r\n", "x").awaitEnd();
      assertThat(asked.status()).isEqualTo(403);
      assertThat(asked.body())
          .contains("http://events.example", "127.0.0.1:9", "proxy_set_header Host $host")
          .contains("http.cors.publishOrigins");
      assertThat(asked.header("content-type")).isEqualTo("application/problem+json");
    }
  }

  @Test
  void whoeverIsOfNoListedSiteMayReadAsBefore() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe page =
          bridge.open("/topics/a", "Origin: http://evil.example", "Sec-Fetch-Site: cross-site");
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.header("access-control-allow-origin")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, true",
    "localhost:8080, true",
    "app.localhost:8080, true",
    "127.0.0.1:1, true",
    "127.9.9.9, true",
    "[::1]:8080, true",
    "evil.example, false",
    "evil.example:8080, false",
    "localhost.evil.example, false",
    "127.0.0.1.evil.example, false",
    "192.168.0.1, false",
    "0.0.0.0, false"
  })
  void onALoopbackAddressOnlyLoopbackNamesAreServed(String host, boolean served) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/topics/a");
      SseProbe stream = bridge.probes().raw(bridge.port(), head("GET /topics/a", host));
      SseProbe elsewhere = bridge.probes().raw(bridge.port(), head("GET /other", host));
      SseProbe posted = post(bridge, host, "", "x").awaitEnd();
      if (served) {
        stream.awaitOpen();
        assertThat(posted.status()).isEqualTo(202);
        assertThat(elsewhere.awaitEnd().status()).isEqualTo(404);
      } else {
        for (SseProbe refused : new SseProbe[] {stream, elsewhere, posted}) {
          assertThat(refused.awaitEnd().status()).isEqualTo(421);
          assertThat(refused.body()).contains("http.hosts", host.replaceAll(":\\d+$", ""));
        }
      }
      bridge.publish("topics.a", "goes on");
      bystander.awaitData("goes on");
    }
  }

  @Test
  void theHostsThatAreListedAreServedAndNoOthers() {
    String config = "{'http':{'hosts':['events.example','[::5]']}," + ROUTES;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      for (String host :
          new String[] {"events.example", "EVENTS.EXAMPLE:81", "[::5]:7", "[0:0::5]"}) {
        assertThat(post(bridge, host, "", "x").awaitEnd().status()).as(host).isEqualTo(202);
      }
      for (String host : new String[] {"localhost", "127.0.0.1", "x.events.example"}) {
        assertThat(post(bridge, host, "", "x").awaitEnd().status()).as(host).isEqualTo(421);
      }
    }
  }

  @Test
  void onEveryAddressOfTheMachineAnyNameIsServed() {
    String config = "{'http':{'host':'0.0.0.0'}," + ROUTES;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      assertThat(post(bridge, "any.example", "", "x").awaitEnd().status()).isEqualTo(202);
    }
  }

  @Test
  void anApplicationsRouterHasTheHostRuleWhereItsConfigurationNamesHosts() {
    HttpServerOptions options = new HttpServerOptions();
    String listed = "{'http':{'hosts':['events.example']}," + ROUTES;
    if (!Way.current().isRouted()) {
      return;
    }
    try (var server = BridgeServer.start(vertx, listed, options, 1);
        var probes = new SseProbes()) {
      for (String method : new String[] {"GET", "HEAD", "POST", "OPTIONS"}) {
        SseProbe asked = probes.raw(server.port(), head(method + " /topics/a", "evil.example"));
        assertThat(asked.awaitEnd().status()).as(method).isEqualTo(421);
      }
    }
    try (var server = BridgeServer.start(vertx, CONFIG, options, 1);
        var probes = new SseProbes()) {
      probes.raw(server.port(), head("GET /topics/a", "evil.example")).awaitOpen();
      SseProbe page =
          probes.raw(
              server.port(),
              head("POST /topics/a", "app.example")
                  .replace("\r\n\r\n", "\r\nOrigin: null\r\n\r\n"));
      assertThat(page.awaitEnd().status()).isEqualTo(403);
    }
  }

  private static SseProbe post(BridgeFixture bridge, String host, String headers, String body) {
    return bridge
        .probes()
        .raw(
            bridge.port(),
            "POST /topics/a HTTP/1.1\r\nHost: "
                + host
                + "\r\nContent-Length: "
                + body.length()
                + "\r\n"
                + headers
                + "\r\n"
                + body);
  }

  private static String head(String request, String host) {
    return request
        + " HTTP/1.1\r\nHost: "
        + host
        + "\r\nAccept: text/event-stream\r\nContent-Length: 0\r\n\r\n";
  }

  private static String lines(String headers) {
    StringBuilder lines = new StringBuilder();
    for (String header : headers.split(" ", -1)) {
      if (!header.isEmpty()) {
        lines.append(header.replaceFirst("=", ": ")).append("\r\n");
      }
    }
    return lines.toString();
  }
}
