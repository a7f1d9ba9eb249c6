package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.PublishingClient;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import dev.ssebridge.testing.Wire;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is promised of a bridge that is shut down while it is in use. */
@ExtendWith(VertxExtension.class)
@Ways
@Wires({Wire.TLS_HTTP_1, Wire.TLS_HTTP_1_OF_JDK, Wire.TLS_HTTP_2, Wire.TLS_HTTP_2_OF_JDK, Wire.H2C})
@Tag("slow")
class ShutdownTest {
  private static final int INSTANCES = 4;
  private static final int PUBLISHERS = 6;
  private static final int SUBSCRIBERS = 12;

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @Test
  void whatWasAcceptedReachesEveryConnectedSubscriber() throws InterruptedException {
    for (int round = 0; round < 2; round++) {
      shutDownInUse(round, "'150ms'");
      shutDownInUse(round, "0");
    }
  }

  @Test
  @Tag("heavy")
  void whatWasAcceptedReachesEveryConnectedSubscriberThirtyTimes() throws InterruptedException {
    for (int round = 0; round < 30; round++) {
      shutDownInUse(round, round % 2 == 0 ? "'400ms'" : "0");
    }
  }

  private static void shutDownInUse(int round, String drain) throws InterruptedException {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'http':{'drain':"
                + drain
                + "},'routes':{'n':{'path':'/n','address':'news'},'m':{'path':'/m/:x',"
                + "'address':'m.{x}'}},'publish':{'n':{'path':'/n','address':'news'},"
                + "'m':{'path':'/m/:x','address':'m.{x}'}}}",
            INSTANCES)) {
      List<SseProbe> fixed = new ArrayList<>();
      List<SseProbe> onDemand = new ArrayList<>();
      for (int i = 0; i < SUBSCRIBERS; i++) {
        fixed.add(bridge.get("/n"));
        onDemand.add(bridge.get("/m/1"));
      }
      fixed.forEach(SseProbe::awaitOpen);
      onDemand.forEach(SseProbe::awaitOpen);
      List<PublishingClient> publishers = new ArrayList<>();
      for (int i = 0; i < PUBLISHERS; i++) {
        publishers.add(new PublishingClient(bridge.port(), i % 2 == 0 ? "/n" : "/m/1", i + "-"));
      }
      publishers.forEach(PublishingClient::start);
      Deadline.await(
          () -> publishers.stream().allMatch(p -> p.accepted().size() > 20 + 5 * round),
          () -> "messages");
      Future<Void> down = bridge.undeploy();
      fixed.forEach(SseProbe::awaitEnd);
      onDemand.forEach(SseProbe::awaitEnd);
      BridgeFixture.get(down);
      for (PublishingClient publisher : publishers) {
        publisher.stop();
      }
      for (PublishingClient publisher : publishers) {
        for (SseProbe probe : publisher.path().equals("/n") ? fixed : onDemand) {
          assertThat(probe.data()).as("round %d", round).containsAll(publisher.accepted());
        }
      }
    }
  }

  @Test
  void fewStreamsAreEndedOverTheWholeTime() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'http':{'drain':'500ms'},'routes':{'n':{'path':'/n','address':'news'},"
                + "'o':{'path':'/o','address':'other'}}}",
            2)) {
      List<SseProbe> probes = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        probes.add(bridge.open(i % 2 == 0 ? "/n" : "/o"));
      }
      Queue<Long> ends = new ConcurrentLinkedQueue<>();
      long begin = System.nanoTime();
      bridge.onEnd(closed -> ends.add((System.nanoTime() - begin) / 1_000_000));
      BridgeFixture.get(bridge.undeploy());
      probes.forEach(SseProbe::awaitEnd);
      List<Long> sorted = ends.stream().sorted().toList();
      assertThat(sorted).hasSize(24);
      // A busy machine ends them later, but never sooner.
      assertThat(sorted.get(23)).as("the last of %s", sorted).isGreaterThan(425);
      assertThat(sorted.get(12)).as("half of %s", sorted).isGreaterThan(175);
    }
  }

  @Test
  void aSlowReaderGetsWhatWasThereForItBeforeItsStreamEnds() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'http':{'drain':'15s'},"
                + "'routes':{'n':{'path':'/n','address':'news','heartbeat':0}}}")) {
      bridge.probes().receiveBuffer(16 * 1024);
      SseProbe slow = bridge.open("/n");
      slow.stopReading();
      String pad = "x".repeat(2000);
      for (int i = 1; i <= 4000; i++) {
        bridge.publish("news", i + pad);
      }
      bridge.awaitHead("n", 4000);
      Future<Void> down = bridge.undeploy();
      slow.goOn();
      slow.awaitEnd();
      BridgeFixture.get(down);
      assertThat(slow.events()).hasSize(4000);
      assertThat(slow.events().get(3999).data()).startsWith("4000x");
    }
  }

  @Test
  void aReaderThatTakesNothingHoldsAShutdownUpNoLongerThanItMay() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'http':{'drain':'300ms'},"
                + "'routes':{'n':{'path':'/n','address':'news','heartbeat':0,'stalled':'10m'}}}")) {
      bridge.probes().receiveBuffer(16 * 1024);
      SseProbe stalled = bridge.open("/n");
      SseProbe bystander = bridge.probes().receiveBuffer(0).get(bridge.port(), "/n");
      bystander.awaitOpen();
      stalled.stopReading();
      String pad = "x".repeat(10_000);
      for (int i = 1; i <= 1000; i++) {
        bridge.publish("news", i + pad);
      }
      bystander.awaitEvents(1000);
      BridgeFixture.get(bridge.undeploy());
      bystander.awaitEnd();
      assertThat(bridge.awaitEnds(2)).contains(CloseReason.DRAINED);
      assertThat(bystander.events()).hasSize(1000);
    }
  }

  @Test
  void aBodyThatIsNotThereYetWhenTheBridgeShutsDownIsRefusedAndNotPublished() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'http':{'drain':'1s'},'routes':{'n':{'path':'/n','address':'news'}},"
                + "'publish':{'n':{'path':'/n','address':'news'}}}",
            2)) {
      SseProbe late = bridge.request("POST", "/n", "Content-Length: 4");
      SseProbe lines =
          bridge.request(
              "POST", "/n", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked");
      lines.sendChunk("1\n");
      List<SseProbe> readers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        readers.add(bridge.get("/n?from=earliest"));
      }
      readers.forEach(reader -> reader.awaitData("1"));
      Future<Void> down = bridge.undeploy();
      Deadline.await(() -> readers.stream().anyMatch(SseProbe::isComplete), () -> "the first end");
      late.send("late");
      lines.sendChunk("2\n").sendChunk("");

      assertThat(late.status()).isEqualTo(503);
      assertThat(lines.status()).isEqualTo(503);
      assertThat(lines.header("retry-after")).isEqualTo("1");
      lines.awaitEnd();
      assertThat(lines.body()).contains("\"published\":1");
      readers.forEach(reader -> assertThat(reader.awaitEnd().data()).containsExactly("1"));
      BridgeFixture.get(down);
    }
  }

  @Test
  void whoeverComesWhileStreamsEndIsToldSoAndCutsNobodyOff() {
    Assumptions.assumeFalse(Way.current().isRouted(), "the server is the application's");
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'http':{'drain':'6s'},'routes':{'n':{'path':'/n','address':'news'}},"
                + "'publish':{'n':{'path':'/n','address':'news'}}}")) {
      List<SseProbe> readers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        readers.add(bridge.open("/n")); // of one connection, where that can be
      }
      Future<Void> down = bridge.undeploy();
      Deadline.await(
          () -> readers.stream().filter(SseProbe::isComplete).count() > 1, () -> "two ends");

      SseProbe posted = bridge.request("POST", "/n", "Content-Length: 4").send("late");
      assertThat(posted.status()).isEqualTo(503);
      assertThat(posted.header("retry-after")).isEqualTo("6");
      SseProbe late = bridge.request("GET", "/n", "Accept: */*");
      assertThat(late.status()).isEqualTo(503);
      SseProbe source = bridge.get("/n").awaitEnd();
      assertThat(source.status()).isEqualTo(200);
      assertThat(source.retry()).isPositive();

      assertThat(readers).anyMatch(reader -> !reader.isComplete());
      assertThat(readers).noneMatch(SseProbe::isDisconnected);
      readers.forEach(SseProbe::close);
      BridgeFixture.get(down);
    }
  }

  @Test
  void aBridgeIsClosedAfterItsVertx() {
    Vertx own = Vertx.vertx();
    SseBridge bridge =
        SseBridge.create(
            own,
            SseBridgeOptions.read(
                Way.current()
                    .in(
                        BridgeFixture.json(
                            "{'http':{'drain':'30s'},'routes':{'n':{'path':'/n','address':'news'}}}"))));
    Router router = Router.router(own);
    BridgeFixture.get(bridge.mount(router));
    HttpServer server =
        BridgeFixture.get(
            own.createHttpServer(Wire.current().in(new HttpServerOptions()))
                .requestHandler(router)
                .listen(0, "127.0.0.1"));
    try (SseProbes probes = new SseProbes(Wire.current())) {
      probes.get(server.actualPort(), "/n").awaitOpen();
      BridgeFixture.get(own.close());
      BridgeFixture.get(bridge.removeRoute("n"));
      BridgeFixture.get(bridge.close());
      BridgeFixture.get(bridge.close());
    }
  }

  @Test
  void aBridgeThatIsBeingClosedIsClosedWithItsVertx() {
    Vertx own = Vertx.vertx();
    SseBridge bridge =
        SseBridge.create(
            own,
            SseBridgeOptions.read(
                Way.current()
                    .in(
                        BridgeFixture.json(
                            "{'http':{'drain':'10m'},'routes':{'n':{'path':'/n','address':'news'}}}"))));
    Router router = Router.router(own);
    BridgeFixture.get(bridge.mount(router));
    HttpServer server =
        BridgeFixture.get(
            own.createHttpServer(Wire.current().in(new HttpServerOptions()))
                .requestHandler(router)
                .listen(0, "127.0.0.1"));
    try (SseProbes probes = new SseProbes(Wire.current())) {
      List<SseProbe> open = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        open.add(probes.get(server.actualPort(), "/n"));
      }
      open.forEach(SseProbe::awaitOpen);
      Future<Void> closed = bridge.close();
      assertThat(closed.isComplete()).isFalse();
      BridgeFixture.get(own.close());
      BridgeFixture.get(closed);
    }
  }
}
