package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.BridgeServer;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.junit5.VertxExtension;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pages of other origins are told, with and without a question before (preflight). */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class CorsTest {
  private static final String ROUTES =
      "'routes':{'n':{'path':'/n','address':'n','linger':0,'limits':{'subscribers':2}}},"
          + "'publish':{'n':{'path':'/n','address':'n'}}}";
  private static final String LISTED =
      "{'http':{'cors':{'origins':['https://shop.example','https://*.shop.example'],"
          + "'publishOrigins':['https://desk.example'],'credentials':true,'maxAge':'10m'}},"
          + ROUTES;
  private static final String ANY = "{'http':{'cors':{'origins':['*']}}," + ROUTES;
  private static final String PAGE = "Origin: https://shop.example";
  private static final String DESK = "Origin: https://desk.example";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @Test
  void aPageOfAListedOriginReadsAndSeesOurHeaders() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, LISTED)) {
      for (String origin : List.of("https://shop.example", "https://a.shop.example")) {
        SseProbe page = bridge.open("/n", "Origin: " + origin, "Sec-Fetch-Site: cross-site");
        assertThat(page.header("access-control-allow-origin")).isEqualTo(origin);
        assertThat(page.header("access-control-allow-credentials")).isEqualTo("true");
        assertThat(exposed(page))
            .contains("sse-resume", "sse-missed", "sse-bridge", "sse-position", "retry-after")
            .doesNotHaveDuplicates();
        assertThat(page.header("vary")).isEqualToIgnoringCase("origin");
        bridge.publish("n", origin);
        page.awaitData(origin);
        page.reset();
        bridge.awaitStreams(0);
      }
      SseProbe head = bridge.request("HEAD", "/n", PAGE);
      assertThat(head.header("access-control-allow-origin")).isEqualTo("https://shop.example");
      assertThat(head.header("sse-position")).isNotEmpty();
    }
  }

  @Test
  void anyPageReadsWhereAnyMayAndNeverWithCredentials() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, ANY)) {
      SseProbe bystander = bridge.open("/n");
      for (String origin : List.of("https://any.example", "null", "http://localhost:5173")) {
        SseProbe page = bridge.open("/n", "Origin: " + origin, "Sec-Fetch-Site: cross-site");
        assertThat(page.header("access-control-allow-origin")).isEqualTo("*");
        assertThat(page.header("access-control-allow-credentials")).isEmpty();
        page.reset();
        bridge.awaitStreams(1);
      }
      for (String odd : List.of("https://", "data:x", "a, b", "https://a b", "", "x".repeat(300))) {
        assertThat(refusal(bridge, "Origin: " + odd)).as(odd).contains("http.cors.origins");
      }
      bridge.publish("n", "goes on");
      bystander.awaitData("goes on");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.example",
    "http://shop.example",
    "https://shop.example:8443",
    "https://shop.example.evil",
    "https://evilshop.example",
    "https://desk.example",
    "null",
    "''"
  })
  void aPageOfAnotherOriginGetsNothing(String origin) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, LISTED)) {
      SseProbe bystander = bridge.open("/n");
      assertThat(refusal(bridge, "Origin: " + origin, "Sec-Fetch-Site: cross-site"))
          .contains("http.cors.origins");
      bridge.awaitStreams(1);
      bridge.publish("n", "goes on");
      bystander.awaitData("goes on");
    }
  }

  @Test
  void answersThatNoRouteGivesVaryAsWell() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, LISTED)) {
      for (String origin : List.of("X-None: none", PAGE, "Origin: https://evil.example")) {
        for (String line : List.of("GET /none", "PUT /n", "DELETE /none")) {
          String[] words = line.split(" ", 2);
          SseProbe answer = bridge.request(words[0], words[1], origin);
          assertThat(answer.status()).as(line).isBetween(400, 499);
          assertThat(answer.header("vary")).as(line + origin).isEqualToIgnoringCase("origin");
        }
        SseProbe asked =
            bridge.request("OPTIONS", "/n", origin, "Access-Control-Request-Method: PUT");
        assertThat(asked.status()).isEqualTo(204);
        assertThat(asked.header("vary")).as(origin).isEqualToIgnoringCase("origin");
      }
    }
  }

  @Test
  void twoOriginsAreNone() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, LISTED)) {
      assertThat(refusal(bridge, PAGE, "Origin: https://evil.example")).isNotEmpty();
    }
  }

  @Test
  void ownPagesAndProgramsAreServedAsBefore() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, LISTED)) {
      SseProbe curl = bridge.open("/n");
      assertThat(curl.header("vary")).isEqualToIgnoringCase("origin");
      assertThat(curl.header("access-control-allow-origin")).isEmpty();
      SseProbe own =
          bridge.open("/n", "Origin: https://public.example", "Sec-Fetch-Site: same-origin");
      assertThat(own.header("access-control-allow-origin")).isEmpty();
      assertThat(post(bridge, "Origin: http://localhost", "own").awaitEnd().status())
          .isEqualTo(202);
      curl.awaitData("own");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://shop.example, GET, 204",
    "https://shop.example, HEAD, 204",
    "https://shop.example, POST, 403",
    "https://a.shop.example, GET, 204",
    "https://desk.example, POST, 204",
    "https://desk.example, GET, 403",
    "https://evil.example, GET, 403",
    "https://evil.example, POST, 403",
    "null, GET, 403",
  })
  void aPreflightIsAnswered(String origin, String method, int status) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, LISTED)) {
      SseProbe asked =
          bridge
              .request(
                  "OPTIONS",
                  "/n",
                  "Origin: " + origin,
                  "Access-Control-Request-Method: " + method,
                  "Access-Control-Request-Headers: last-event-id,authorization")
              .awaitEnd();
      assertThat(asked.status()).isEqualTo(status);
      assertThat(asked.header("vary")).isEqualToIgnoringCase("origin");
      if (status == 204) {
        assertThat(asked.header("access-control-allow-origin")).isEqualTo(origin);
        assertThat(asked.header("access-control-allow-credentials")).isEqualTo("true");
        assertThat(asked.header("access-control-max-age")).isEqualTo("600");
        assertThat(asked.header("content-length")).isEmpty();
        assertThat(Arrays.asList(asked.header("access-control-allow-headers").split(",")))
            .contains("last-event-id", "authorization", "content-type", "sse-event", "prefer");
        assertThat(asked.header("access-control-allow-methods")).contains("GET", "POST");
      } else {
        assertThat(asked.header("access-control-allow-origin")).isEmpty();
        assertThat(asked.header("content-type")).isEqualTo("application/problem+json");
      }
    }
  }

  @Test
  void aPageMaySendAllThatIsReadAndSeeAllThatIsAnswered() {
    String forward =
        "'auth':{'forward':{'f':{'url':'http://127.0.0.1:1/',"
            + "'headers':['cookie','x-api-key']}}},";
    String[] read = {
      "authorization",
      "cache-control",
      "content-encoding",
      "content-type",
      "idempotency-key",
      "last-event-id",
      "prefer",
      "sse-event"
    };
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, LISTED)) {
      assertThat(allowed(bridge, PAGE, "GET")).containsExactlyInAnyOrder(read);
      assertThat(allowed(bridge, DESK, "POST")).containsExactlyInAnyOrder(read);
      assertThat(exposed(bridge.open("/n", PAGE)))
          .contains("sse-history", "allow", "accept-encoding");
    }
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, LISTED.replace("'routes'", forward + "'routes'"))) {
      assertThat(allowed(bridge, DESK, "POST")).contains(read).contains("x-api-key").hasSize(9);
    }
  }

  private static List<String> allowed(BridgeFixture bridge, String origin, String method) {
    SseProbe asked =
        bridge
            .request("OPTIONS", "/n", origin, "Access-Control-Request-Method: " + method)
            .awaitEnd();
    return Arrays.asList(asked.header("access-control-allow-headers").split(","));
  }

  @Test
  void methodsThatAreNotServedAreNotPermitted() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, LISTED)) {
      SseProbe asked =
          bridge.request("OPTIONS", "/n", PAGE, "Access-Control-Request-Method: DELETE").awaitEnd();
      assertThat(asked.header("access-control-allow-origin")).isEmpty();
      assertThat(asked.header("allow")).contains("GET", "POST");
      SseProbe plain = bridge.request("OPTIONS", "/n", PAGE).awaitEnd();
      assertThat(plain.status()).isEqualTo(204);
      assertThat(plain.header("allow")).contains("GET", "POST");
    }
  }

  @Test
  void whoMayPublishIsUpToPublishOriginsAlone() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, LISTED)) {
      SseProbe bystander = bridge.open("/n");
      SseProbe desk = post(bridge, DESK, "from the desk").awaitEnd();
      assertThat(desk.status()).isEqualTo(202);
      assertThat(desk.header("access-control-allow-origin")).isEqualTo("https://desk.example");

      SseProbe reader = post(bridge, PAGE, "from a reader").awaitEnd();
      assertThat(reader.status()).isEqualTo(403);
      assertThat(reader.body()).contains("http.cors.publishOrigins");
      assertThat(reader.header("access-control-allow-origin"))
          .as("it can see why")
          .isEqualTo("https://shop.example");

      SseProbe other = post(bridge, "Origin: https://evil.example", "from others").awaitEnd();
      assertThat(other.status()).isEqualTo(403);
      assertThat(other.header("access-control-allow-origin")).isEmpty();
      bridge.publish("n", "the end");
      bystander.awaitData("the end");
      assertThat(bystander.data()).containsExactly("from the desk", "the end");
    }
  }

  @Test
  void withPublishOriginsAlonePreflightsToPublishAreAnsweredAndReadersAreAsBefore() {
    String config = "{'http':{'cors':{'publishOrigins':['https://desk.example']}}," + ROUTES;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe asked =
          bridge.request("OPTIONS", "/n", DESK, "Access-Control-Request-Method: POST").awaitEnd();
      assertThat(asked.status()).isEqualTo(204);
      assertThat(asked.header("access-control-allow-origin")).isEqualTo("https://desk.example");
      assertThat(asked.header("access-control-max-age")).isEqualTo("3600");
      SseProbe posted = post(bridge, DESK, "x", "Prefer: return=representation").awaitEnd();
      assertThat(posted.header("access-control-allow-origin")).isEqualTo("https://desk.example");
      assertThat(exposed(posted)).contains("preference-applied");
      SseProbe reading = bridge.open("/n", DESK);
      assertThat(reading.header("access-control-allow-origin")).isEmpty();
    }
  }

  @Test
  void refusalsCanBeReadByThePage() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, LISTED)) {
      bridge.open("/n");
      bridge.open("/n", PAGE);
      SseProbe full = bridge.request("GET", "/n", PAGE).awaitEnd();
      assertThat(full.status()).isEqualTo(503);
      SseProbe soft = bridge.get("/n", PAGE).awaitEnd();
      assertThat(soft.status()).isEqualTo(200);
      SseProbe malformed = bridge.request("GET", "/n?since=x", PAGE).awaitEnd();
      assertThat(malformed.status()).isEqualTo(400);
      SseProbe foreign = bridge.request("GET", "/n?address=other", PAGE).awaitEnd();
      assertThat(foreign.status()).isEqualTo(403);
      for (SseProbe refused : List.of(full, soft, malformed, foreign)) {
        assertThat(refused.header("access-control-allow-origin")).isEqualTo("https://shop.example");
        assertThat(exposed(refused)).contains("retry-after");
      }
    }
  }

  @Test
  void anApplicationHasItsOwnUnlessItAsksTheBridge() {
    HttpServerOptions options = new HttpServerOptions();
    String publishing = "{'http':{'cors':{'publishOrigins':['https://desk.example']}}," + ROUTES;
    try (var server = BridgeServer.start(vertx, publishing, options, 1);
        var probes = new SseProbes()) {
      SseProbe asked =
          probes
              .request(server.port(), "OPTIONS", "/n", DESK, "Access-Control-Request-Method: POST")
              .awaitEnd();
      assertThat(asked.header("access-control-allow-origin")).isEmpty();
      SseProbe reading = probes.get(server.port(), "/n", PAGE);
      reading.awaitOpen();
      assertThat(reading.header("vary")).isEmpty();
    }
    try (var server = BridgeServer.start(vertx, LISTED, options, 1);
        var probes = new SseProbes()) {
      SseProbe page = probes.get(server.port(), "/n", PAGE);
      page.awaitOpen();
      assertThat(page.header("access-control-allow-origin")).isEqualTo("https://shop.example");
      SseProbe asked =
          probes
              .request(server.port(), "OPTIONS", "/n", PAGE, "Access-Control-Request-Method: GET")
              .awaitEnd();
      assertThat(asked.status()).isEqualTo(204);
      assertThat(asked.header("access-control-allow-origin")).isEqualTo("https://shop.example");
    }
  }

  @Test
  void whatAnApplicationHasSaidBeforeIsLeft() {
    if (!Way.current().isRouted()) {
      return;
    }
    try (BridgeFixture bridge =
        BridgeFixture.withRouter(
            vertx,
            LISTED,
            router ->
                router
                    .route()
                    .handler(
                        context -> {
                          context.response().putHeader("access-control-allow-origin", "*");
                          context.next();
                        }))) {
      SseProbe page = bridge.open("/n", "Origin: https://evil.example");
      assertThat(page.header("access-control-allow-origin")).isEqualTo("*");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'origins':['*'],'credentials':true | /http/cors/credentials: expected false beside",
        "'origins':['*','https://a.example'] | /http/cors/origins: expected either \"*\" alone",
        "'origins':['https://*'] | /http/cors/origins/0: expected an origin",
        "'publishOrigins':['https://*.a.example'] | /http/cors/publishOrigins/0: expected an exact",
        "'credentials':true | /http/cors/credentials: has no effect here",
        "'maxAge':'5s' | /http/cors/maxAge: has no effect here",
        "'origins':['*'],'maxAge':'1500ms' | /http/cors/maxAge: expected whole seconds",
      })
  void whatCannotBeMeantIsAProblem(String cors, String problem) {
    assertThatThrownBy(
            () -> BridgeConfig.read(BridgeFixture.json("{'http':{'cors':{" + cors + "}}}")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(problem);
  }

  private static List<String> exposed(SseProbe probe) {
    return Arrays.stream(probe.header("access-control-expose-headers").split(","))
        .map(String::trim)
        .toList();
  }

  private static String refusal(BridgeFixture bridge, String... headers) {
    SseProbe refused = bridge.get("/n", headers).awaitEnd();
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.header("access-control-allow-origin")).isEmpty();
    assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
    return refused.body();
  }

  private static SseProbe post(
      BridgeFixture bridge, String origin, String body, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 3);
    all[headers.length] = origin;
    all[headers.length + 1] = "Content-Type: text/plain";
    all[headers.length + 2] = "Content-Length: " + body.length();
    return bridge.request("POST", "/n", all).send(body);
  }
}
