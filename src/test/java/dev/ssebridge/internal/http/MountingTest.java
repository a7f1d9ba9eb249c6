package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.SseBridge;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The bridge on a router of the application. */
@ExtendWith(VertxExtension.class)
class MountingTest {
  private static final JsonObject CONFIG =
      BridgeFixture.json(
          "{'http':{'drain':0},'routes':{'n':{'path':'/n/:x','address':'n.{x}'}},"
              + "'publish':{'n':{'path':'/n/:x','address':'n.{x}'}}}");

  private final SseProbes probes = new SseProbes();
  private SseBridge bridge;

  @BeforeEach
  void create(Vertx vertx) {
    bridge = SseBridge.create(vertx, CONFIG);
  }

  @AfterEach
  void close() {
    probes.close();
    BridgeFixture.get(bridge.close());
  }

  @Test
  void aSubRouterMayCarryIt(Vertx vertx) {
    Router sub = Router.router(vertx);
    BridgeFixture.get(bridge.mount(sub));
    Router router = Router.router(vertx);
    router.route("/api/*").subRouter(sub);
    int port = listen(vertx, router, new HttpServerOptions());

    SseProbe probe = probes.get(port, "/api/n/a%20b");
    probe.awaitOpen();
    SseProbe post = probes.request(port, "POST", "/api/n/a%20b", "Content-Length: 1").send("1");
    assertThat(post.status()).isEqualTo(202);
    probe.awaitData("1");
    assertThat(probes.get(port, "/n/a").status()).isEqualTo(404);
    assertThat(probes.get(port, "/api/n/a/b").status()).isEqualTo(404);
    assertThat(probes.get(port, "/api/x/n/a").status()).isEqualTo(404);
  }

  @Test
  void severalRoutersMayCarryIt(Vertx vertx) {
    Router one = Router.router(vertx);
    Router two = Router.router(vertx);
    BridgeFixture.get(bridge.mount(one));
    BridgeFixture.get(bridge.mount(two));
    SseProbe first = probes.get(listen(vertx, one, new HttpServerOptions()), "/n/a");
    SseProbe second = probes.get(listen(vertx, two, new HttpServerOptions()), "/n/a");
    first.awaitOpen();
    second.awaitOpen();
    assertThat(bridge.openStreams()).isEqualTo(2);

    vertx.eventBus().publish("n.a", "both");
    first.awaitData("both");
    second.awaitData("both");
  }

  @Test
  void aServerThatCompressesDeliversEachEventAtOnce(Vertx vertx) {
    Router router = Router.router(vertx);
    BridgeFixture.get(bridge.mount(router));
    int port = listen(vertx, router, new HttpServerOptions().setCompressionSupported(true));
    SseProbe probe = probes.get(port, "/n/a", "Accept-Encoding: gzip");
    probe.head();
    Deadline.await(() -> bridge.openStreams() == 1, () -> "the stream");
    Deadline.await(() -> probe.bodyBytes() > 12, () -> "the opening block; " + probe);
    for (int i = 0; i < 5; i++) {
      long before = probe.bodyBytes();
      String data = "m" + i;
      vertx.eventBus().publish("n.a", data);
      Deadline.await(() -> probe.bodyBytes() > before, () -> data + "; " + probe);
    }
  }

  @Test
  void aRequestOnAWorkerIsRefusedAndNothingIsLeftOfIt(Vertx vertx) {
    AtomicInteger port = new AtomicInteger();
    BridgeFixture.get(
        vertx.deployVerticle(
            () ->
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    Router router = Router.router(vertx);
                    return bridge
                        .mount(router)
                        .compose(
                            v ->
                                vertx
                                    .createHttpServer()
                                    .requestHandler(router)
                                    .listen(0, "127.0.0.1"))
                        .onSuccess(server -> port.set(server.actualPort()));
                  }
                },
            new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));

    assertThat(probes.get(port.get(), "/n/a").status()).isEqualTo(500);
    assertThat(bridge.openStreams()).isZero();
  }

  @Test
  void nothingIsLeftOfAStreamWhoseHeadAHandlerBeforeHasSent(Vertx vertx) {
    Router router = Router.router(vertx);
    router
        .get("/n/*")
        .handler(
            context -> {
              context.response().setChunked(true).writeHead();
              context.next();
            });
    BridgeFixture.get(bridge.mount(router));
    int port = listen(vertx, router, new HttpServerOptions());

    probes.get(port, "/n/a").head();
    // Answered on the same loop, so after the stream was turned away.
    SseProbe post = probes.request(port, "POST", "/n/a", "Content-Length: 1").send("1");
    assertThat(post.status()).isEqualTo(202);
    assertThat(bridge.openStreams()).isZero();
  }

  @Test
  void whatComesTooLateSaysSo(Vertx vertx) {
    BridgeFixture.get(bridge.mount(Router.router(vertx)));
    assertThatThrownBy(() -> bridge.codec(body -> "x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("before mount()");
    BridgeFixture.get(bridge.close());
    BridgeFixture.get(bridge.close());
    assertThatThrownBy(() -> bridge.mount(Router.router(vertx)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  private static int listen(Vertx vertx, Router router, HttpServerOptions options) {
    return BridgeFixture.get(
            vertx.createHttpServer(options).requestHandler(router).listen(0, "127.0.0.1"))
        .actualPort();
  }
}
