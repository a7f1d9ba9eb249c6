package dev.ssebridge.internal.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console on the router of an application, below a path of that. */
@ExtendWith(VertxExtension.class)
class ConsoleFilesTest {
  private static final Path FILES = Path.of("webroot/console");
  private static final HttpClient CLIENT = HttpCalls.client();

  private static final String CONFIG =
      "{'http':{'hosts':['127.0.0.1']},'federation':{'name':'berlin'},"
          + "'routes':{'n':{'path':'/n','address':'n'}},"
          + "'auth':{'tokens':{'ops':{'token':'a-token-of-ops-1','admin':'read'}}}}";

  private final Vertx vertx;
  private final SseBridge bridge;
  private final Router root;
  private final Router admin;
  private int port;

  ConsoleFilesTest(Vertx vertx) {
    this.vertx = vertx;
    this.root = Router.router(vertx);
    this.admin = Router.router(vertx);
    this.bridge = SseBridge.create(vertx, new SseBridgeOptions(BridgeFixture.json(CONFIG)));
  }

  @AfterEach
  void close() {
    BridgeFixture.get(bridge.close());
  }

  private void listen() {
    root.route("/admin/*").subRouter(admin);
    port =
        BridgeFixture.get(vertx.createHttpServer().requestHandler(root).listen(0, "127.0.0.1"))
            .actualPort();
  }

  private void serve() {
    bridge.mountAdmin(admin).mountConsole(admin);
    listen();
  }

  private HttpResponse<String> ask(String method, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Deadline.PATIENCE)
            .method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    return ask("GET", path, headers);
  }

  private JsonObject setup() throws Exception {
    return new JsonObject(get("/admin/console/setup.json").body());
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void everyFileThatThereIsIsServedToWhoHasShownNothing() throws Exception {
    serve();
    try (Stream<Path> files = Files.walk(FILES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        HttpResponse<String> response = get("/admin/console/" + FILES.relativize(file));
        assertThat(response.statusCode()).as("%s", file).isEqualTo(200);
        assertThat(response.body()).as("%s", file).isEqualTo(Files.readString(file));
      }
    }
    assertThat(get("/admin/console/").body())
        .isEqualTo(Files.readString(FILES.resolve("index.html")));
  }

  @Test
  void whatThePagesNeedBesideIsThereAsModulesAndStyles() throws Exception {
    serve();
    for (String name : List.of("sse-bridge.js", "uplot.js")) {
      HttpResponse<String> module = get("/admin/console/" + name);
      assertThat(module.statusCode()).as(name).isEqualTo(200);
      assertThat(header(module, "content-type")).isEqualTo("text/javascript; charset=utf-8");
      assertThat(module.body()).as(name).contains("export");
    }
    assertThat(header(get("/admin/console/uplot.css"), "content-type"))
        .isEqualTo("text/css; charset=utf-8");
  }

  @Test
  void theyAreUnderAPolicyThatLetsNothingFromElsewhereIn() throws Exception {
    serve();
    HttpResponse<String> page = get("/admin/console/");
    assertThat(header(page, "content-security-policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http:", "data:", "blob:", "*");
    assertThat(header(page, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(header(page, "referrer-policy")).isEqualTo("no-referrer");
    assertThat(header(page, "cache-control")).isEqualTo("no-cache");
    assertThat(header(page, "cross-origin-resource-policy")).isEqualTo("same-origin");
  }

  @Test
  void aFileThatIsStillTheSameIsNotSentAgainAndAHeadHasNoBody() throws Exception {
    serve();
    String tag = header(get("/admin/console/"), "etag");
    assertThat(get("/admin/console/", "if-none-match", tag).statusCode()).isEqualTo(304);
    HttpResponse<String> head = ask("HEAD", "/admin/console/");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(header(head, "etag")).isEqualTo(tag);
    assertThat(ask("HEAD", "/admin/console/setup.json").body()).isEmpty();
    assertThat(ask("POST", "/admin/console/").statusCode()).isEqualTo(405);
  }

  @Test
  void theBareNameLeadsToThePages() throws Exception {
    serve();
    HttpResponse<String> bare = get("/admin/console");
    assertThat(bare.statusCode()).isEqualTo(302);
    assertThat(bare.uri().resolve(header(bare, "location")).getPath()).isEqualTo("/admin/console/");
  }

  @Test
  void nothingElseOfTheClassPathIsServed() throws Exception {
    serve();
    for (String path :
        List.of(
            "../SseBridge.class",
            "..%2fsse-bridge.js",
            "%2e%2e/sse-bridge.js",
            "..%5csse-bridge.js",
            "a/../../sse-bridge.js",
            "/dev/ssebridge/web/sse-bridge.js",
            "%2fdev%2fssebridge%2fweb%2fsse-bridge.js",
            "uplot/LICENSE",
            "index.html%00.js",
            "INDEX.HTML",
            "no-such-file.js",
            "a/b/c.js",
            "a".repeat(70) + ".js")) {
      assertThat(get("/admin/console/" + path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void anotherSiteGetsNoneOfThemButMayHaveALinkThere() throws Exception {
    serve();
    for (String path : List.of("", "main.js", "setup.json")) {
      assertThat(get("/admin/console/" + path, "sec-fetch-site", "cross-site").statusCode())
          .as(path)
          .isEqualTo(403);
      assertThat(get("/admin/console/" + path, "origin", "http://evil.example").statusCode())
          .as(path)
          .isEqualTo(403);
    }
    String[] navigation = {
      "sec-fetch-site", "cross-site", "sec-fetch-mode", "navigate", "sec-fetch-dest", "document"
    };
    assertThat(get("/admin/console/", navigation).statusCode()).isEqualTo(200);
    navigation[5] = "iframe";
    assertThat(get("/admin/console/", navigation).statusCode()).isEqualTo(403);
  }

  @Test
  void aNameThatIsNotServedHereIsRefused() throws Exception {
    bridge.mount(root);
    serve();
    HttpRequest byName =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/admin/console/"))
            .timeout(Deadline.PATIENCE)
            .build();
    assertThat(CLIENT.send(byName, BodyHandlers.discarding()).statusCode()).isEqualTo(421);
  }

  @Test
  void whatIsAroundThemIsTold() throws Exception {
    serve();
    assertThat(setup().getMap())
        .containsEntry("admin", "../")
        .containsEntry("whoami", "whoami")
        .containsEntry("routes", null)
        .containsEntry("program", false)
        .containsEntry("name", "berlin")
        .containsKey("version");
  }

  @Test
  void routesOnTheSameRouterAreFoundThere() throws Exception {
    serve();
    BridgeFixture.get(bridge.mount(admin));
    assertThat(setup().getString("routes")).isEqualTo("../");
  }

  @Test
  void routesElsewhereAreWhereTheApplicationSays() throws Exception {
    bridge.mountConsole(admin, "/api/").mountAdmin(admin);
    listen();
    assertThat(setup().getString("routes")).isEqualTo("/api/");
    for (String wrong : List.of("", "api/", "/api", "//evil.example/", "http://evil.example/")) {
      assertThatThrownBy(() -> bridge.mountConsole(admin, wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("got \"" + wrong + "\"");
    }
  }

  @Test
  void theExampleOfThePageServesBoth() throws Exception {
    Router router = root;
    Router admin = Router.router(vertx);
    bridge.mountAdmin(admin).mountConsole(admin, "/");
    router.route("/admin/*").subRouter(admin);
    BridgeFixture.get(bridge.mount(router));
    listen();
    assertThat(setup().getString("routes")).isEqualTo("/");
    assertThat(get("/admin/live").statusCode()).isEqualTo(200);
  }

  @Test
  void withoutTheAdminInterfaceBesideItIsSaidWhatIsMissing() throws Exception {
    bridge.mountAdmin(root).mountConsole(admin);
    listen();
    HttpResponse<String> refused = get("/admin/console/");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("expected mountAdmin on the router");
  }

  @Test
  void switchedOffThereIsNone() throws Exception {
    JsonObject off =
        BridgeFixture.json(CONFIG).put("admin", new JsonObject().put("console", false));
    SseBridge other = SseBridge.create(vertx, new SseBridgeOptions(off));
    other.mountAdmin(admin).mountConsole(admin);
    listen();
    for (String path : List.of("", "main.js", "setup.json")) {
      assertThat(get("/admin/console/" + path).statusCode()).as(path).isEqualTo(404);
    }
    BridgeFixture.get(other.close());
  }

  @Test
  void whoAsksIsToldWhatHeMayDo() throws Exception {
    serve();
    BridgeFixture.get(bridge.mount(root));
    assertThat(get("/admin/whoami").statusCode()).isEqualTo(401);
    JsonObject told =
        new JsonObject(get("/admin/whoami", "authorization", "Bearer a-token-of-ops-1").body());
    assertThat(told.getString("provider")).isEqualTo("ops");
    assertThat(told.getString("admin")).isEqualTo("read");
  }
}
