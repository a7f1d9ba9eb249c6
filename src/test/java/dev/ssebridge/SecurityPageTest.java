package dev.ssebridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.auth.AuthOptions;
import dev.ssebridge.auth.AuthRuleOptions;
import dev.ssebridge.auth.RouterUserOptions;
import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.Nginx;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TestKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.auth.authorization.AuthorizationProvider;
import io.vertx.ext.auth.authorization.PermissionBasedAuthorization;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BasicAuthHandler;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The set-ups of the page on security do what it says of them. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class SecurityPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("project.basedir", "."), "src/site/markdown/security.md");
  private static final String SECRET = "a-secret-of-more-than-32-characters";

  private static final AuthenticationProvider USERS =
      credentials -> {
        JsonObject shown = credentials.toJson();
        return "secret".equals(shown.getString("password"))
            ? Future.succeededFuture(User.fromName(shown.getString("username")))
            : Future.failedFuture("unknown");
      };

  private static Vertx vertx;

  @TempDir Path directory;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  /** The configuration under a heading, with its files in the directory of this test. */
  private String configuration(String heading) throws Exception {
    Matcher found =
        Pattern.compile("###? " + Pattern.quote(heading) + "\n.*?```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    assertThat(found.find()).as(heading).isTrue();
    String yaml =
        found
            .group(1)
            .replace("/run/secrets/", directory + "/")
            .replace("/etc/sse-bridge/", directory + "/")
            .replace("0.0.0.0", "127.0.0.1");
    Path file = Files.writeString(directory.resolve("bridge.yaml"), yaml);
    return ConfigFile.read(file).options().toJson().encode();
  }

  @Test
  void aTokenForAWebhook() throws Exception {
    Files.writeString(directory.resolve("shop-token"), "shop-shop-shop-shop\n");
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, configuration("A token for a webhook"))) {
      HttpCalls calls = new HttpCalls(bridge.port());
      SseProbe reader = bridge.open("/orders/7");
      assertThat(calls.post("/orders/7", "no").statusCode()).isEqualTo(401);
      assertThat(
              calls
                  .post("/orders/7", "yes", "authorization", "Bearer shop-shop-shop-shop")
                  .statusCode())
          .isEqualTo(202);
      reader.awaitData("yes");
      assertThat(reader.data()).containsExactly("yes");
    }
  }

  private static String session(JsonArray publish) {
    JsonObject claims =
        new JsonObject()
            .put("sub", "42")
            .put("aud", "chat")
            .put("exp", System.currentTimeMillis() / 1000 + 600)
            .put(
                "sse",
                new JsonObject()
                    .put("subscribe", new JsonArray().add("rooms.*"))
                    .put("publish", publish));
    return TestKey.hmac(
        SECRET.getBytes(UTF_8), "HS256", new JsonObject().put("alg", "HS256"), claims);
  }

  @Test
  void aPageWithACookieBehindNginx() throws Exception {
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(
          Files.isExecutable(Nginx.BINARY),
          Nginx.BINARY + " is missing (Debian package nginx); with CI=true this test fails");
    }
    Files.writeString(directory.resolve("session-key"), SECRET);
    String cookie = "__Host-session=" + session(new JsonArray().add("rooms.lobby"));
    try (BridgeFixture bridge =
            BridgeFixture.deploy(vertx, configuration("A page with a cookie, behind nginx"));
        Nginx nginx =
            Nginx.start(
                directory,
                TestCertificate.forHost("DNS:chat.example"),
                bridge.port(),
                "proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;"
                    + " proxy_http_version 1.1;")) {
      SseProbes probes = bridge.probes();
      SseProbe reader = probes.raw(nginx.plain(), head("GET", "/rooms/lobby", cookie, ""));
      reader.awaitOpen();
      SseProbe sent =
          probes.raw(
              nginx.plain(),
              head("POST", "/rooms/lobby", cookie, "Sec-Fetch-Site: same-origin\r\n") + "hello");
      assertThat(sent.status()).isEqualTo(202);
      reader.awaitData("hello");
      assertThat(
              probes
                  .raw(nginx.plain(), head("POST", "/rooms/other", cookie, "") + "hello")
                  .status())
          .isEqualTo(403);
      assertThat(
              probes
                  .raw(
                      nginx.plain(),
                      head("GET", "/rooms/lobby", cookie, "Origin: https://evil.example\r\n"))
                  .status())
          .isEqualTo(403);
      assertThat(probes.raw(nginx.plain(), head("GET", "/rooms/lobby", "a=b", "")).status())
          .isEqualTo(401);
    }
  }

  private static String head(String method, String path, String cookie, String more) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: chat.example\r\nCookie: "
        + cookie
        + "\r\n"
        + more
        + (method.equals("POST") ? "Content-Length: 5\r\n\r\n" : "\r\n");
  }

  @Test
  void aStreamForEachUser() throws Exception {
    TestKey issuer = TestKey.make("k", "ES256");
    issuer.writePem(directory.resolve("issuer.pem"));
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, configuration("A stream for each user"))) {
      SseProbe first = bridge.open("/mine", "Authorization: Bearer " + token(issuer, "42"));
      SseProbe second = bridge.open("/mine", "Authorization: Bearer " + token(issuer, "43"));
      bridge.publish("user.42", "for 42");
      bridge.publish("user.43", "for 43");
      first.awaitData("for 42");
      second.awaitData("for 43");
      assertThat(first.data()).containsExactly("for 42");
      assertThat(bridge.get("/mine", "Authorization: Bearer " + token(issuer, "4.2")).status())
          .isEqualTo(403);
      assertThat(bridge.get("/mine").status()).isEqualTo(401);
    }
  }

  @Test
  void eventsForSomeOfThoseWhoListen() throws Exception {
    TestKey issuer = TestKey.make("k", "ES256");
    issuer.writePem(directory.resolve("issuer.pem"));
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, configuration("Events for some of those who listen"))) {
      SseProbe acme =
          bridge.open("/orders", "Authorization: Bearer " + token(issuer, "1", "tenant", "acme"));
      SseProbe shop =
          bridge.open("/orders", "Authorization: Bearer " + token(issuer, "2", "tenant", "shop"));
      bridge.publish("orders", new JsonObject().put("tenant", "acme").put("n", 1));
      bridge.publish("orders", new JsonObject().put("tenant", "shop").put("n", 2));
      acme.awaitData("{\"tenant\":\"acme\",\"n\":1}");
      shop.awaitData("{\"tenant\":\"shop\",\"n\":2}");
      assertThat(shop.data()).hasSize(1);
      assertThat(bridge.get("/orders", "Authorization: Bearer " + token(issuer, "3")).status())
          .isEqualTo(403);
    }
  }

  private static String token(TestKey issuer, String subject, String... more) {
    JsonObject claims =
        new JsonObject()
            .put("iss", "https://id.example")
            .put("aud", "events")
            .put("sub", subject)
            .put("exp", System.currentTimeMillis() / 1000 + 600);
    for (int i = 0; i < more.length; i += 2) {
      claims.put(more[i], more[i + 1]);
    }
    return issuer.token("ES256", claims);
  }

  @Test
  void anApplicationsOwnUsers() {
    Vertx own = Vertx.vertx();
    try {
      mountForOwnUsers(own);
    } finally {
      BridgeFixture.get(own.close());
    }
  }

  private static void mountForOwnUsers(Vertx vertx) {
    AuthenticationProvider users = USERS;
    Router router = Router.router(vertx);
    // @formatter:off
    router.route("/events/*").handler(BasicAuthHandler.create(users));
    SseBridgeOptions options =
        new SseBridgeOptions()
            .setAuth(
                new AuthOptions()
                    .addRouter("app", new RouterUserOptions())
                    .addSubscribe("news", new AuthRuleOptions().setAddress("news")))
            .addRoute("news", new RouteOptions("/events/news", "news"))
            .addRoute("mine", new RouteOptions("/events/mine", "user.{claim:username}"));
    SseBridge.create(vertx, options).mount(router);
    // @formatter:on
    HttpServer server =
        BridgeFixture.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    try (SseProbes probes = new SseProbes()) {
      int port = server.actualPort();
      assertThat(probes.get(port, "/events/news").status()).isEqualTo(401);
      assertThat(probes.get(port, "/events/news", basic("ada:wrong")).status()).isEqualTo(401);
      SseProbe news = probes.get(port, "/events/news", basic("ada:secret"));
      SseProbe mine = probes.get(port, "/events/mine", basic("ada:secret"));
      news.awaitOpen();
      mine.awaitOpen();
      vertx.eventBus().publish("user.ada", "mine");
      vertx.eventBus().publish("user.bob", "yours");
      vertx.eventBus().publish("news", "all");
      mine.awaitData("mine");
      news.awaitData("all");
      assertThat(mine.data()).containsExactly("mine");
    }
  }

  @Test
  void theRulesOfASockJsBridge() {
    Vertx own = Vertx.vertx();
    try (SseProbes probes = new SseProbes()) {
      int port = mountWithRulesOfSockJs(own);
      SseProbe reader = probes.get(port, "/chat", basic("bob:secret"));
      reader.awaitOpen();
      HttpCalls calls = new HttpCalls(port);
      assertThat(post(calls, "bob:secret", "no")).isEqualTo(403);
      assertThat(post(calls, "ada:secret", "yes")).isEqualTo(202);
      reader.awaitData("yes");
      assertThat(reader.data()).containsExactly("yes");
    } finally {
      BridgeFixture.get(own.close());
    }
  }

  private static int post(HttpCalls calls, String pair, String body) {
    String value = basic(pair).substring("Authorization: ".length());
    return calls.post("/chat", body, "authorization", value).statusCode();
  }

  private static int mountWithRulesOfSockJs(Vertx vertx) {
    AuthorizationProvider permissions =
        new AuthorizationProvider() {
          @Override
          public String getId() {
            return "permissions";
          }

          @Override
          public Future<Void> getAuthorizations(User user) {
            if ("ada".equals(user.subject())) {
              user.authorizations().put(getId(), PermissionBasedAuthorization.create("talk"));
            }
            return Future.succeededFuture();
          }
        };
    SseBridgeOptions chat =
        new SseBridgeOptions()
            .addRoute("chat", new RouteOptions("/chat", "chat"))
            .addPublish("chat", new PublishOptions("/chat", "chat"));
    Router router = Router.router(vertx);
    router.route().handler(BasicAuthHandler.create(USERS));
    // @formatter:off
    SockJSBridgeOptions sockJs =
        new SockJSBridgeOptions()
            .addInboundPermitted(
                new PermittedOptions().setAddress("chat").setRequiredAuthority("talk"))
            .addOutboundPermitted(new PermittedOptions().setAddressRegex("chat|news"));
    AuthOptions auth = new AuthOptions().addRouter("app", new RouterUserOptions());
    for (PermittedOptions rule : sockJs.getInboundPermitteds()) {
      auth.addPublish("in-" + auth.getPublish().size(), new AuthRuleOptions(rule));
    }
    for (PermittedOptions rule : sockJs.getOutboundPermitteds()) {
      auth.addSubscribe("out-" + auth.getSubscribe().size(), new AuthRuleOptions(rule));
    }
    SseBridge bridge =
        SseBridge.create(vertx, chat.setAuth(auth)).authorizationProvider(permissions);
    // @formatter:on
    BridgeFixture.get(bridge.mount(router));
    return BridgeFixture.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
        .actualPort();
  }

  private static String basic(String pair) {
    return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }
}
