package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every path that the bridge serves refuses what it has not in the same way. */
@ExtendWith(VertxExtension.class)
class OtherMethodsTest {
  private static final Path CONSOLE = Path.of("webroot/console");

  private static final List<String> METHODS =
      List.of(
          "GET",
          "HEAD",
          "OPTIONS",
          "POST",
          "PUT",
          "DELETE",
          "PATCH",
          "TRACE",
          "PROPFIND",
          "BREW",
          "get",
          "!");

  private static final String CONFIG =
      "{'http':{'port':0},'demo':{},'admin':{'port':0},"
          + "'routes':{'n':{'path':'/n','address':'n'}},"
          + "'publish':{'p':{'path':'/n','address':'n'},'q':{'path':'/q','address':'q'}}}";

  @TempDir Path directory;

  private final SseProbes probes = new SseProbes();

  @AfterEach
  void close() {
    probes.close();
  }

  /** The paths without parameters that are on a router. */
  private static Set<String> paths(Router router) {
    Set<String> paths = new TreeSet<>();
    for (Route route : router.getRoutes()) {
      if (route.getPath() != null && route.isExactPath() && !route.getPath().contains(":")) {
        paths.add(route.getPath());
      }
    }
    return paths;
  }

  private static Set<String> console(String where) throws IOException {
    Set<String> paths = new TreeSet<>();
    paths.add(where);
    paths.add(where + "/");
    paths.add(where + "/setup.json");
    paths.add(where + "/sse-bridge.js");
    paths.add(where + "/uplot.css");
    try (Stream<Path> files = Files.walk(CONSOLE)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> paths.add(where + "/" + CONSOLE.relativize(file)));
    }
    return paths;
  }

  /** What is refused is told in a problem that no browser takes for something else. */
  private void check(int port, Iterable<String> paths) {
    for (String path : paths) {
      int refused = 0;
      for (String method : METHODS) {
        SseProbe answer = probes.request(port, method, path, "Connection: close");
        String what = method + " " + path + " on " + answer.status();
        if (answer.status() < 400) {
          continue;
        }
        String body = answer.awaitDisconnect().body();
        assertThat(answer.header("x-content-type-options")).as(what).isEqualTo("nosniff");
        assertThat(answer.header("content-type")).as(what).isEqualTo("application/problem+json");
        if (method.equals("HEAD")) {
          assertThat(body).as(what).isEmpty();
        } else {
          assertThat(new JsonObject(body).getInteger("status")).as(what).isEqualTo(answer.status());
        }
        if (answer.status() == 405) {
          refused++;
          assertThat(answer.header("allow").split(", "))
              .as(what)
              .isNotEmpty()
              .doesNotContain(method, "")
              .doesNotHaveDuplicates();
        }
      }
      assertThat(refused).as("refused of %s", path).isGreaterThanOrEqualTo(METHODS.size() / 2);
    }
  }

  @Test
  void ofThePagesAndRoutesOfTheOwnServer(Vertx vertx) {
    BridgeVerticle verticle = new BridgeVerticle(BridgeConfig.read(BridgeFixture.json(CONFIG)));
    String deployment = BridgeFixture.get(vertx.deployVerticle(verticle));
    Set<String> paths = paths(verticle.server().router());
    assertThat(paths).contains("/", "/sse", "/slow", "/style.css", "/sse-bridge.js");
    paths.addAll(List.of("/n", "/q")); // many are one route of the router
    check(verticle.server().actualPort(), paths);
    BridgeFixture.get(vertx.undeploy(deployment));
  }

  @Test
  void ofTheAdminPortAndTheConsole() throws Exception {
    Path file = Files.writeString(directory.resolve("b.json"), CONFIG.replace('\'', '"'));
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      Program program = Program.start(ConfigFile.read(file), 1);
      try {
        int admin = log.portIn("admin port:");
        Set<String> paths = console("/console");
        new JsonObject(new HttpCalls(admin).text("/openapi.json").body())
            .getJsonObject("paths")
            .fieldNames()
            .forEach(path -> paths.add(path.replaceAll("[{].*?[}]", "x")));
        assertThat(paths).contains("/live", "/streams/x", "/console/index.html");
        paths.addAll(List.of("/", "/sse-bridge.js", "/n"));
        check(admin, paths);
      } finally {
        program.stop();
      }
    }
  }

  @Test
  void ofWhatIsMountedOnTheRouterOfAnApplication(Vertx vertx) throws Exception {
    Router router = Router.router(vertx);
    SseBridge bridge = embedded(vertx);
    BridgeFixture.get(bridge.mount(router));
    bridge.mountClient(router, "/lib/*").mountAdmin(router).mountConsole(router);
    Set<String> paths = console("/console");
    paths.addAll(paths(router));
    assertThat(paths).contains("/lib/sse-bridge.js", "/whoami", "/console/index.html");
    check(listen(vertx, router), paths);
    BridgeFixture.get(bridge.close());
  }

  @Test
  void whatAnApplicationServesThereItself(Vertx vertx) {
    Router router = Router.router(vertx);
    SseBridge bridge = embedded(vertx);
    bridge.mountClient(router).mountAdmin(router).mountConsole(router);
    for (String path : List.of("/sse-bridge.js", "/console/index.html", "/console/x", "/none")) {
      router.post(path).handler(context -> context.response().setStatusCode(201).end());
    }
    int port = listen(vertx, router);
    for (String path : List.of("/sse-bridge.js", "/console/index.html", "/console/x", "/none")) {
      assertThat(probes.request(port, "POST", path).status()).as(path).isEqualTo(201);
      assertThat(probes.request(port, "PUT", path).status()).as(path).isEqualTo(405);
    }
    assertThat(probes.request(port, "POST", "/console/none.js").status()).isEqualTo(404);
    BridgeFixture.get(bridge.close());
  }

  private static SseBridge embedded(Vertx vertx) {
    return SseBridge.create(
        vertx,
        new SseBridgeOptions(
            BridgeFixture.json(
                "{'auth':{'tokens':{'ops':{'token':'a-token-of-ops-1','admin':'read'}}}}")));
  }

  private static int listen(Vertx vertx, Router router) {
    return BridgeFixture.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
        .actualPort();
  }
}
