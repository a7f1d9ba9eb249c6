package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.PublishOptions;
import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.spi.EventCodec;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bridge on a router of the application. */
@ExtendWith(VertxExtension.class)
class MountingTest {
  private static final JsonObject CONFIG =
      BridgeFixture.json(
          "{'http':{'drain':0},'routes':{'n':{'path':'/n/:x','address':'n.{x}'}},"
              + "'publish':{'n':{'path':'/n/:x','address':'n.{x}'},"
              + "'late':{'path':'/late','address':'late','bodyTimeout':'300ms'}}}");

  private static final JsonObject FIXED =
      BridgeFixture.json("{'http':{'drain':0},'routes':{'f':{'path':'/fixed','address':'fixed'}}}");

  private final SseProbes probes = new SseProbes();
  private SseBridge bridge;

  @BeforeEach
  void create(Vertx vertx) {
    bridge = SseBridge.create(vertx, SseBridgeOptions.read(CONFIG));
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

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"WORKER", "VIRTUAL_THREAD"})
  void aRequestOnAnotherThreadIsStreamedOnTheLoopOfItsConnection(
      ThreadingModel model, Vertx vertx) {
    assumeTrue(
        model != ThreadingModel.VIRTUAL_THREAD || Runtime.version().feature() >= 21,
        "virtual threads need a JDK 21");
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
            new DeploymentOptions().setThreadingModel(model)));

    SseProbe reader = probes.get(port.get(), "/n/a");
    assertThat(reader.status()).isEqualTo(200);
    SseProbe slow = probes.receiveBuffer(16 * 1024).get(port.get(), "/n/a");
    slow.head();
    slow.stopReading();
    // More than a socket takes at once, less than a channel retains.
    String large = "x".repeat(3000);
    List<String> numbers = IntStream.range(0, 200).mapToObj(i -> "" + i).toList();
    numbers.forEach(number -> vertx.eventBus().publish("n.a", number + large));
    slow.goOn();
    for (SseProbe probe : List.of(reader, slow)) {
      probe.awaitEvents(200);
      assertThat(probe.events().stream().map(e -> String.valueOf(e.data()).replace("x", "")))
          .containsExactlyElementsOf(numbers);
    }
    SseProbe post = probes.request(port.get(), "POST", "/n/a", "Content-Length: 1").send("1");
    assertThat(post.status()).isEqualTo(202);
    reader.awaitData("1");
    SseProbe late = probes.request(port.get(), "POST", "/late", "Content-Length: 9").send("1");
    assertThat(late.status()).isEqualTo(408);
    reader.close();
    slow.close();
    Deadline.await(() -> bridge.openStreams() == 0, () -> "the ends");
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
  void aBridgeThatVerticlesHaveMountedEndsWithTheLastOfThem(Vertx vertx) {
    String first = deploy(vertx);
    String second = deploy(vertx);
    BridgeFixture.get(vertx.undeploy(first));
    BridgeFixture.get(bridge.mount(Router.router(vertx)));
    BridgeFixture.get(vertx.undeploy(second));
    // Mounted outside of verticles meanwhile, so it is the test's to close.
    BridgeFixture.get(bridge.mount(Router.router(vertx)));
    BridgeFixture.get(bridge.close());

    SseBridge other = SseBridge.create(vertx, SseBridgeOptions.read(FIXED));
    String only =
        BridgeFixture.get(vertx.deployVerticle(() -> new Mounting(other), new DeploymentOptions()));
    assertThat(Hub.of(vertx).consumedAddresses()).isEqualTo(1);
    BridgeFixture.get(vertx.undeploy(only));
    Deadline.await(() -> Hub.of(vertx).consumedAddresses() == 0, () -> "no consumer");
    assertThatThrownBy(() -> other.mount(Router.router(vertx))).hasMessageContaining("closed");
  }

  private String deploy(Vertx vertx) {
    return BridgeFixture.get(
        vertx.deployVerticle(() -> new Mounting(bridge), new DeploymentOptions()));
  }

  private static final class Mounting extends VerticleBase {
    private final SseBridge mounted;

    Mounting(SseBridge mounted) {
      this.mounted = mounted;
    }

    @Override
    public Future<?> start() {
      return mounted.mount(Router.router(vertx));
    }
  }

  @Test
  void anotherCodecForAnEqualConfigurationIsRefusedWithAMessage(Vertx vertx) {
    SseBridge first = SseBridge.create(vertx, SseBridgeOptions.read(FIXED)).codec(new Prefix("a"));
    SseBridge equal = SseBridge.create(vertx, SseBridgeOptions.read(FIXED)).codec(new Prefix("a"));
    BridgeFixture.get(first.mount(Router.router(vertx)));
    BridgeFixture.get(equal.mount(Router.router(vertx)));

    for (EventCodec another : List.of(new Prefix("b"), capturing("a"), EventCodec.NONE)) {
      SseBridge refused = SseBridge.create(vertx, SseBridgeOptions.read(FIXED)).codec(another);
      assertThatThrownBy(() -> refused.mount(Router.router(vertx)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("one codec for all bridges of this configuration");
      BridgeFixture.get(refused.close());
    }
    BridgeFixture.get(first.close());
    BridgeFixture.get(equal.close());
    SseBridge after = SseBridge.create(vertx, SseBridgeOptions.read(FIXED)).codec(capturing("a"));
    BridgeFixture.get(after.mount(Router.router(vertx)));
    BridgeFixture.get(after.close());
  }

  @Test
  void eachBridgeIsWarnedOfItsOwnPathsToPublishToAndEqualOnesOnce(Vertx vertx) {
    SseBridgeOptions unused =
        new SseBridgeOptions().addPublish("a", new PublishOptions("/a/:x/:y", "a.{x}"));
    SseBridgeOptions star = new SseBridgeOptions().addPublish("b", new PublishOptions("/b", "b.*"));
    List<SseBridge> bridges =
        Stream.of(unused, unused, star, unused, new SseBridgeOptions())
            .map(options -> SseBridge.create(vertx, options))
            .toList();
    try (LogRecorder log = LogRecorder.of(Channels.class)) {
      bridges.forEach(each -> BridgeFixture.get(each.mount(Router.router(vertx))));

      assertThat(log.messages())
          .satisfiesExactly(
              first -> assertThat(first).contains("/publish/a/path", ":y"),
              second -> assertThat(second).contains("/publish/b/address", "no wildcards"),
              third -> assertThat(third).contains("nothing is served"));
    }
    bridges.forEach(each -> BridgeFixture.get(each.close()));
  }

  /** Another object each time. */
  private static EventCodec capturing(String prefix) {
    return message -> ServerSentEvent.of(prefix + message.body());
  }

  private record Prefix(String prefix) implements EventCodec {
    @Override
    public ServerSentEvent encode(Message<?> message) {
      return ServerSentEvent.of(prefix + message.body());
    }
  }

  @Test
  void aBridgeThatWasClosedBeforeItWasMountedStaysClosed(Vertx vertx) {
    SseBridge early = SseBridge.create(vertx, SseBridgeOptions.read(CONFIG));
    BridgeFixture.get(early.close());
    assertThatThrownBy(() -> early.mount(Router.router(vertx)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void whatComesTooLateSaysSo(Vertx vertx) {
    BridgeFixture.get(bridge.mount(Router.router(vertx)));
    assertThatThrownBy(() -> bridge.codec(message -> ServerSentEvent.of("x")))
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
