package dev.ssebridge;

import static dev.ssebridge.testing.BridgeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A bridge with a server of its own, without a verticle; and what each object does not use. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class SseBridgeServerTest {
  private static SseBridgeOptions options() {
    return new SseBridgeOptions()
        .setHttp(new HttpOptions().setPort(0).setDrain(Duration.ZERO))
        .addRoute("news", new RouteOptions("/news", "news"))
        .addPublish("news", new PublishOptions("/news", "news"));
  }

  private static int status(Vertx vertx, HttpMethod method, int port, String path) {
    HttpClient client = vertx.createHttpClient();
    return get(
        client
            .request(method, port, "127.0.0.1", path)
            .compose(
                request ->
                    method.equals(HttpMethod.POST)
                        ? request.putHeader("content-type", "text/plain").send("posted")
                        : request.send())
            .map(response -> response.statusCode())
            .eventually(client::close));
  }

  @Test
  void itServesPublishesAndEnds(Vertx vertx) {
    Queue<CloseReason> ends = new ConcurrentLinkedQueue<>();
    SseBridgeServer server = SseBridgeServer.create(vertx, options());
    server.bridge().closeHandler(stream -> ends.add(stream.reason()));
    assertThat(server.actualPort()).isZero();
    assertThat(get(server.listen())).isSameAs(server);
    int port = server.actualPort();
    try (SseProbes probes = new SseProbes()) {
      SseProbe reader = probes.get(port, "/news");
      reader.awaitOpen();
      vertx.eventBus().publish("news", "from the bus");
      reader.awaitData("from the bus");
      assertThat(status(vertx, HttpMethod.POST, port, "/news")).isEqualTo(202);
      reader.awaitData("posted");
      assertThat(status(vertx, HttpMethod.PUT, port, "/news")).isEqualTo(405);
      assertThat(status(vertx, HttpMethod.GET, port, "/other")).isEqualTo(404);

      get(server.bridge().addRoute("late", new RouteOptions("/late", "late")));
      SseProbe late = probes.get(port, "/late");
      late.awaitOpen();
      get(server.close());
      get(server.close());
      reader.awaitEnd();
      late.awaitEnd();
    }
    assertThat(ends).containsOnly(CloseReason.DRAINED).hasSize(2);
    assertThatThrownBy(() -> status(vertx, HttpMethod.GET, port, "/news"))
        .hasStackTraceContaining("refused");
    assertThat(Hub.of(vertx).consumedAddresses()).isZero();
  }

  @Test
  void whatIsOnItsRouterBeforeItListensSeesEveryRequest(Vertx vertx) {
    SseBridgeServer server = SseBridgeServer.create(vertx, options());
    server.router().route("/news").handler(context -> context.fail(401));
    server.router().get("/health").handler(context -> context.end("up"));
    get(server.listen());
    assertThat(status(vertx, HttpMethod.GET, server.actualPort(), "/news")).isEqualTo(401);
    assertThat(status(vertx, HttpMethod.GET, server.actualPort(), "/health")).isEqualTo(200);
    get(server.close());
  }

  private static final String AGAIN = "expected one call of listen(), got two: make another server";

  @Test
  void itListensOnceAndNothingIsLeftWhereItCannot(Vertx vertx) throws Exception {
    SseBridgeServer server = SseBridgeServer.create(vertx, options());
    get(server.listen());
    assertThatThrownBy(() -> get(server.listen())).hasMessageEndingWith(AGAIN);
    get(server.close());
    assertThatThrownBy(() -> get(server.listen())).hasMessageEndingWith(AGAIN);
    try (ServerSocket taken = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      SseBridgeOptions options = options();
      options.getHttp().setPort(taken.getLocalPort());
      assertThatThrownBy(() -> get(SseBridgeServer.create(vertx, options).listen()))
          .hasMessageContaining("in use");
    }
    assertThat(Hub.of(vertx).consumedAddresses()).isZero();
  }

  @Test
  void aWorkerIsNoPlaceForIt(Vertx vertx) {
    Future<String> deployed =
        vertx.deployVerticle(
            new VerticleBase() {
              @Override
              public Future<?> start() {
                return SseBridgeServer.create(vertx, options()).listen();
              }
            },
            new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER));
    assertThatThrownBy(() -> get(deployed)).hasMessageContaining("EVENT_LOOP, got WORKER");
  }

  @Test
  void laterChangesOfTheOptionsAreNotSeen(Vertx vertx) {
    SseBridgeOptions options = options();
    SseBridgeServer server = SseBridgeServer.create(vertx, options);
    options.addRoute("more", new RouteOptions("/more", "more"));
    get(server.listen());
    assertThat(status(vertx, HttpMethod.GET, server.actualPort(), "/more")).isEqualTo(404);
    get(server.close());
  }

  private interface Making {
    Object make() throws Exception;
  }

  private static String refusal(Making making) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, making::make);
    assertThat(refused).isNotNull();
    return refused.problems().toString();
  }

  @Test
  void whatAnObjectDoesNotUseIsAProblemAndNotSilence(Vertx vertx) {
    SseBridgeOptions sources =
        new SseBridgeOptions().addSource("up", new SourceOptions("http://127.0.0.1:1/", "a"));
    SseBridgeOptions demo = new SseBridgeOptions().setDemo(new DemoOptions());
    for (SseBridgeOptions unused : new SseBridgeOptions[] {sources, demo}) {
      String block = unused.getDemo() == null ? "/sources: not used" : "/demo: not used";
      assertThat(refusal(() -> SseBridge.create(vertx, unused))).contains(block);
      assertThat(refusal(() -> SseBridgeServer.create(vertx, unused))).contains(block);
      assertThatThrownBy(() -> get(vertx.deployVerticle(new SseBridgeVerticle(unused))))
          .hasStackTraceContaining(block);
    }
    assertThatThrownBy(() -> get(vertx.deployVerticle(new SseClientVerticle(demo))))
        .hasStackTraceContaining("/demo: not used");
    assertThatThrownBy(() -> get(vertx.deployVerticle(new SseClientVerticle(options()))))
        .hasStackTraceContaining("/http: not used");
    assertThat(
            refusal(
                () ->
                    SseBridge.create(
                        vertx,
                        new SseBridgeOptions()
                            .setHttp(
                                new HttpOptions()
                                    .setHost("0.0.0.0")
                                    .setPort(1)
                                    .setTls(new TlsOptions().setCert("c").setKey("k"))
                                    .setRequestTimeout(Duration.ZERO))
                            .setLimits(new LimitsOptions().setConnectionsPerRemote(1)))))
        .contains(
            "/http/host",
            "/http/port",
            "/http/tls",
            "/http/requestTimeout",
            "/limits/connectionsPerRemote");
  }

  @Test
  void aPathToPublishToMayTakeAParameterOfTheParentPath(Vertx vertx) {
    SseBridge bridge =
        SseBridge.create(
            vertx,
            new SseBridgeOptions()
                .addRoute("rooms", new RouteOptions("/:seat", "rooms.{room}.{seat}"))
                .addRoute("rows", new RouteOptions("/rows/:rooms", "rows.{room}.{rooms}"))
                .addPublish("rooms", new PublishOptions("/:seat", "rooms.{room}.{seat}"))
                .addPublish("rows", new PublishOptions("/rows/:rooms", "rows.{room}.{rooms}")));
    Router sub = Router.router(vertx);
    get(bridge.mount(sub));
    Router router = Router.router(vertx);
    router.route("/rooms/:room/*").subRouter(sub);
    router.route("/nowhere/*").subRouter(sub);
    int port =
        get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1")).actualPort();
    try (SseProbes probes = new SseProbes()) {
      SseProbe reader = probes.get(port, "/rooms/blue/7");
      SseProbe other = probes.get(port, "/rooms/red/7");
      reader.awaitOpen();
      other.awaitOpen();
      assertThat(status(vertx, HttpMethod.POST, port, "/rooms/blue/7")).isEqualTo(202);
      reader.awaitData("posted");
      assertThat(other.data()).isEmpty();
      SseProbe ofSimilarName = probes.get(port, "/rooms/blue/rows/7");
      ofSimilarName.awaitOpen();
      assertThat(status(vertx, HttpMethod.POST, port, "/rooms/blue/rows/7")).isEqualTo(202);
      ofSimilarName.awaitData("posted");
      for (String bad : new String[] {"a.b", "a%0Ab", "%FF"}) {
        assertThat(status(vertx, HttpMethod.POST, port, "/rooms/" + bad + "/7"))
            .as(bad)
            .isEqualTo(400);
      }
      try (LogRecorder log = LogRecorder.of("dev.ssebridge.internal.http.PathParameters");
          LogRecorder failures = LogRecorder.of("dev.ssebridge.internal.publish.PublishHandler")) {
        SseProbe answer = probes.request(port, "POST", "/nowhere/7", "Content-Length: 0");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(log.messages()).singleElement().asString().contains("{room}");
        assertThat(failures.messages()).isEmpty();
      }
    }
    get(bridge.close());
  }
}
