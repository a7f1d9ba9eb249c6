package dev.ssebridge.internal.bridge;

import static dev.ssebridge.testing.BridgeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeServer;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many routes on a router, which copies all of its own for each that is added. */
@ExtendWith(VertxExtension.class)
class ManyRoutesTest {
  private static final int MANY = 300;

  private final SseProbes probes = new SseProbes();

  @AfterEach
  void close() {
    probes.close();
  }

  private static SseBridgeOptions many() {
    StringBuilder routes = new StringBuilder();
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < MANY; i++) {
      String comma = i == 0 ? "" : ",";
      routes.append(comma).append("'r" + i + "':{'path':'/r" + i + "','address':'a'}");
      rules.append(comma).append("'p" + i + "':{'path':'/p" + i + "','address':'a'}");
    }
    JsonObject json =
        BridgeFixture.json(
            "{'http':{'port':0,'drain':0},'limits':{'retained':'64MiB'},'routes':{"
                + routes
                + ",'any':{'path':'/:x','address':'x.{x}'}},'publish':{"
                + rules
                + ",'r0':{'path':'/r0','address':'a'}}}");
    return SseBridgeOptions.read(json);
  }

  private String ask(int port, String method, String path) {
    SseProbe probe = probes.request(port, method, path, "Content-Length: 0");
    String allow = probe.header("allow");
    return probe.status() + (allow == null || allow.isEmpty() ? "" : " " + allow);
  }

  @Test
  void ofAServerOfTheBridgesOwnTheyAreAFewOfTheRouter(Vertx vertx) {
    SseBridgeServer server = get(SseBridgeServer.create(vertx, many()).listen());
    int port = server.actualPort();
    assertThat(server.router().getRoutes()).hasSize(3);
    assertThat(ask(port, "HEAD", "/r" + (MANY - 1))).isEqualTo("200");
    assertThat(ask(port, "OPTIONS", "/r1")).isEqualTo("204 GET, HEAD, OPTIONS");
    assertThat(ask(port, "OPTIONS", "/p1"))
        .as("of all that serve it")
        .contains("POST")
        .contains("GET");
    assertThat(ask(port, "PUT", "/r0")).isEqualTo("405 GET, HEAD, POST, OPTIONS");
    assertThat(ask(port, "PUT", "/no/such")).isEqualTo("404");

    for (int i = 0; i < 120; i++) {
      get(server.bridge().addRoute("more" + i, new RouteOptions("/more/" + i, "m")));
      assertThat(ask(port, "HEAD", "/more/" + i)).isEqualTo("200");
    }
    assertThat(server.router().getRoutes()).hasSizeLessThan(150);
    for (int i = 0; i < 120; i++) {
      get(server.bridge().removeRoute("more" + i));
      assertThat(ask(port, "HEAD", "/more/" + i)).isEqualTo("404");
      assertThat(ask(port, "PUT", "/more/" + i)).isEqualTo("404");
    }
    assertThat(ask(port, "HEAD", "/r7")).isEqualTo("200");
    get(server.close());
  }

  @Test
  void onTheRouterOfAnApplicationItsOwnPathsAreAnsweredAsWithoutThem(Vertx vertx) {
    Router router = Router.router(vertx);
    router.post("/app/before").handler(context -> context.response().end());
    SseBridge bridge =
        SseBridge.create(
            vertx,
            SseBridgeOptions.read(
                BridgeFixture.json(
                    "{'http':{'drain':0},'routes':{'n':{'path':'/n/:x','address':'n.{x}'}},"
                        + "'publish':{'n':{'path':'/n/:x','address':'n.{x}'}}}")));
    get(bridge.mount(router));
    router.post("/app/behind").handler(context -> context.response().end());
    int port =
        get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1")).actualPort();

    assertThat(ask(port, "POST", "/app/before")).isEqualTo("200");
    assertThat(ask(port, "GET", "/app/before")).isEqualTo("405 POST");
    assertThat(ask(port, "POST", "/app/behind")).isEqualTo("200");
    assertThat(ask(port, "GET", "/app/behind")).isEqualTo("405 POST");
    assertThat(ask(port, "PUT", "/n/a")).startsWith("405 ").contains("GET").contains("POST");
    assertThat(ask(port, "OPTIONS", "/n/a")).isEqualTo("204 GET, HEAD, POST, OPTIONS");
    assertThat(ask(port, "GET", "/n")).isEqualTo("404");
    get(bridge.close());
  }

  @Test
  void aPathThatTheirRouterIsMountedOnGivesItsParameters(Vertx vertx) {
    Router sub = Router.router(vertx);
    SseBridge bridge =
        SseBridge.create(
            vertx,
            SseBridgeOptions.read(
                BridgeFixture.json(
                    "{'http':{'drain':0},"
                        + "'routes':{'n':{'path':'/n/:x','address':'n.{tenant}.{x}'}}}")));
    get(bridge.mount(sub));
    get(bridge.addRoute("late", new RouteOptions("/late/:x", "l.{tenant}.{x}")));
    Router router = Router.router(vertx);
    router.route("/tenants/:tenant/*").subRouter(sub);
    int port =
        get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1")).actualPort();

    SseProbe one = probes.get(port, "/tenants/t%201/n/a%2Fb");
    SseProbe late = probes.get(port, "/tenants/t2/late/%C3%A4");
    one.awaitOpen();
    late.awaitOpen();
    vertx.eventBus().publish("n.t 1.a/b", "one");
    vertx.eventBus().publish("l.t2.\u00e4", "late");
    one.awaitData("one");
    late.awaitData("late");
    assertThat(ask(port, "GET", "/tenants/t/n/%FF")).isEqualTo("400");
    get(bridge.close());
  }
}
