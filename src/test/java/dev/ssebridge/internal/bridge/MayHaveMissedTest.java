package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridge;
import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.RouteChannels;
import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.FaultyStore;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What subscribers are told where messages of others may have been lost on their way here. */
@ExtendWith(VertxExtension.class)
@Ways
@Tag("slow")
class MayHaveMissedTest {
  private static final String CONFIG =
      "{'routes':{'n':{'path':'/n','address':'news'}," + "'t':{'path':'/t/:t','address':'t.{t}'}}}";

  private Vertx vertx;

  @BeforeEach
  void start(Vertx shared) {
    vertx = shared;
  }

  private static JsonObject awaitUnknown(SseProbe probe) {
    JsonObject gap = probe.awaitJson("sse.gap");
    assertThat(gap.getString("reason")).isEqualTo("unknown");
    assertThat(gap.containsKey("missed")).isTrue();
    assertThat(gap.getLong("missed")).isNull();
    return gap;
  }

  @Test
  void whoIsThereAndWhoComesBackIsToldOnce() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe live = bridge.open("/n");
      bridge.publish("news", "m1");
      String id = Objects.requireNonNull(live.awaitData("m1").id());

      bridge.bridge().mayHaveMissed("a test says so");
      JsonObject told = awaitUnknown(live);
      bridge.publish("news", "m3");
      live.awaitData("m3");
      SseProbe back = bridge.get("/n", "Last-Event-ID: " + id);
      back.awaitData("m3");
      SseProbe knowing = bridge.get("/n", "Last-Event-ID: " + told.getString("to"));
      knowing.awaitData("m3");
      SseProbe fresh = bridge.open("/n");
      bridge.publish("news", "m4");
      fresh.awaitData("m4");

      assertThat(told.getString("from")).isEqualTo(id);
      assertThat(live.gaps()).hasSize(1);
      assertThat(live.body()).contains("\nsse-gap: unknown\n");
      assertThat(back.gaps()).hasSize(1);
      assertThat(awaitUnknown(back)).isEqualTo(told);
      assertThat(back.header("sse-resume")).isEqualTo("complete");
      assertThat(knowing.gaps()).isEmpty();
      assertThat(fresh.gaps()).isEmpty();
      assertThat(bridge.route("n").counters().gaps(GapReason.UNKNOWN)).isEqualTo(2);
      JsonObject stats = bridge.bridge().stats().getJsonObject("routes").getJsonObject("n");
      assertThat(stats.getJsonObject("gaps").getJsonObject("unknown"))
          .isEqualTo(new JsonObject().put("gaps", 2L).put("missedEvents", 0L));
    }
  }

  @Test
  void anApplicationTellsWhatItsClusterTellsIt() {
    try (BridgeFixture fixture = BridgeFixture.deploy(vertx, CONFIG)) {
      SseBridge bridge = fixture.bridge();
      SseProbe live = fixture.open("/n");

      NodeListener listener =
          new NodeListener() {
            @Override
            public void nodeAdded(String node) {}

            @Override
            public void nodeLeft(String node) {
              bridge.mayHaveMissed("node " + node + " is gone");
            }
          };
      listener.nodeLeft("b");

      awaitUnknown(live);
    }
  }

  @Test
  void aChannelThatNobodyUsesButSomebodyMayComeBackToTellsItToo() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe gone = bridge.open("/t/x");
      String id = gone.lastEventId();
      gone.close();
      bridge.awaitStreams(0);

      bridge.bridge().mayHaveMissed("a test says so");
      Deadline.await(
          () -> onlyOf(bridge, "t").channel().log().head() == 1, () -> "the place of the loss");

      awaitUnknown(bridge.get("/t/x", "Last-Event-ID: " + id));
    }
  }

  private static BoundChannel onlyOf(BridgeFixture bridge, String route) {
    return bridge.route(route).channels().all().iterator().next();
  }

  @Test
  void manyDoubtsAreOnePlaceNowAndOneLater() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe live = bridge.open("/n");
      for (int i = 0; i < 10_000; i++) {
        bridge.bridge().mayHaveMissed("flap " + i);
      }
      Deadline.await(() -> live.gaps().size() == 2, () -> "the later one, got " + live);
      bridge.publish("news", "m3");
      live.awaitData("m3");

      assertThat(live.gaps()).hasSize(2);
      assertThat(onlyOf(bridge, "n").channel().log().head()).isEqualTo(3);
    }
  }

  @Test
  void tenThousandChannelsAreTold() {
    String config =
        "{'routes':{'t':{'path':'/t/:t','address':'t.{t}','limits':{'channels':20000}}},"
            + "'publish':{'t':{'path':'/t/:t','address':'t.{t}'}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      List<SseProbe> some = IntStream.range(0, 10).mapToObj(i -> bridge.open("/t/" + i)).toList();
      fill(bridge, 10_000);

      bridge.bridge().mayHaveMissed("a test says so");

      some.forEach(MayHaveMissedTest::awaitUnknown);
      Deadline.await(
          () ->
              bridge.route("t").channels().all().stream()
                  .allMatch(bound -> bound.channel().log().head() == 1),
          () -> "all of them");
    }
  }

  private static void fill(BridgeFixture bridge, int count) {
    for (int i = 0; i < count; i++) {
      BoundChannel bound =
          bridge.route("t").channels().acquire(List.of("t." + i), RouteChannels.Wish.OF_ROUTE);
      Objects.requireNonNull(bound).channel().release();
    }
  }

  @Test
  void aHistoryInAFileTellsItAfterARestartAsWell(@TempDir Path directory) {
    String config =
        "{'stores':{'file':{'directory':'"
            + directory
            + "'}},'routes':{'n':{'path':'/n','address':'news','history':{'store':'file'}}}}";
    String id;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe live = bridge.open("/n");
      bridge.publish("news", "m1");
      id = Objects.requireNonNull(live.awaitData("m1").id());
      bridge.bridge().mayHaveMissed("a test says so");
      awaitUnknown(live);
      bridge.publish("news", "m3");
      live.awaitData("m3");
    }
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe back = bridge.get("/n", "Last-Event-ID: " + id);
      back.awaitData("m3");

      assertThat(back.header("sse-resume")).isEqualTo("complete");
      assertThat(back.gaps()).hasSize(1);
      awaitUnknown(back);
    }
  }

  @Test
  void aHistoryThatIsSharedWithOtherNodesHasMissedNothing() {
    String config =
        "{'routes':{'n':{'path':'/n','address':'news','history':{'store':'kept'}},"
            + "'m':{'path':'/m','address':'news'}}}";
    FaultyStore store = new FaultyStore(new MemoryStore(System::currentTimeMillis));
    try (BridgeFixture bridge = BridgeFixture.withStores(vertx, config, Map.of("kept", store))) {
      SseProbe shared = bridge.open("/n");
      SseProbe own = bridge.open("/m");
      bridge.bridge().mayHaveMissed("a test says so");
      awaitUnknown(own);
      bridge.publish("news", "m1");

      shared.awaitData("m1");
      assertThat(shared.events()).hasSize(1);
      assertThat(shared.lastEventId()).endsWith("-1");
    }
  }
}
