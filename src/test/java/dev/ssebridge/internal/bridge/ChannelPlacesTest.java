package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.RouteChannels;
import dev.ssebridge.internal.bus.RouteChannels.Placement;
import dev.ssebridge.internal.bus.RouteChannels.Purpose;
import dev.ssebridge.internal.bus.RouteChannels.Wish;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who gets a channel when there are as many as there may be, and who has to give way. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class ChannelPlacesTest {
  private static final String TOPICS =
      "{'http':{'trustedProxies':['127.0.0.1']},'limits':{'channelsPerRemote':%d},"
          + "'routes':{'t':{'path':'/t/:x','address':'t.{x}','linger':'%s',"
          + "'limits':{'channels':%d}},'bystander':{'path':'/b','address':'b'}},"
          + "'publish':{'t':{'path':'/t/:x','address':'t.{x}'}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @Test
  void aFloodOfNewTopicsTakesNeitherTheHistoryNorThePlacesOfOthers() {
    try (BridgeFixture bridge = deploy(20, "1h", 50)) {
      SseProbe bystander = bridge.open("/b");
      for (int i = 0; i < 10; i++) {
        post(bridge, "10.0.0.1", "mine" + i);
      }
      for (int i = 0; i < 200; i++) {
        post(bridge, "10.0.0.2", "flood" + i);
      }
      assertThat(bridge.route("t").channels().all()).hasSize(30);
      for (int i = 0; i < 10; i++) {
        assertThat(bridge.get("/t/mine" + i + "?from=earliest").awaitData("mine" + i)).isNotNull();
      }
      assertThat(bridge.get("/t/flood199?from=earliest").awaitData("flood199")).isNotNull();

      // The flooding address itself may listen to no more than it is due, others to anything.
      for (int i = 0; i < 19; i++) { // somebody listens to flood199
        bridge.open("/t/listen" + i, "X-Forwarded-For: 10.0.0.2");
      }
      SseProbe refused = bridge.get("/t/listen20", "X-Forwarded-For: 10.0.0.2");
      assertThat(refused.awaitComment("limits.channelsPerRemote")).isNotEmpty();
      bridge.open("/t/listen20", "X-Forwarded-For: 10.0.0.3");
      bridge.publish("b", "goes on");
      bystander.awaitData("goes on");
    }
  }

  @Test
  void whatOneRemoteMadeAndOthersUseDoesNotGiveWayToItsFlood() {
    try (BridgeFixture bridge = deploy(20, "1h", 50)) {
      for (int i = 0; i < 10; i++) {
        post(bridge, "10.0.0.2", "ours" + i);
        post(bridge, "10.0.0.1", "ours" + i);
      }
      for (int i = 0; i < 200; i++) {
        post(bridge, "10.0.0.2", "flood" + i);
      }
      for (int i = 0; i < 10; i++) {
        SseProbe events = bridge.get("/t/ours" + i + "?from=earliest");
        events.awaitEvents(2);
        assertThat(events.events().get(0).data()).isEqualTo("ours" + i);
      }
    }
  }

  @Test
  void oneRemoteTakesNoMoreThanHalfOfTheChannelsOfARouteWhereNothingIsSaid() {
    String config = TOPICS.replace("'limits':{'channelsPerRemote':%d},", "").formatted("1h", 10);
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe bystander = bridge.open("/b");
      for (int i = 0; i < 5; i++) {
        bridge.open("/t/mine" + i, "X-Forwarded-For: 10.0.0.1");
      }
      SseProbe refused = bridge.get("/t/mine5", "X-Forwarded-For: 10.0.0.1");
      assertThat(refused.awaitComment("limits.channelsPerRemote: 5 channels")).isNotEmpty();
      for (int i = 0; i < 5; i++) {
        bridge.open("/t/other" + i, "X-Forwarded-For: 10.0.0.2");
      }
      assertThat(bridge.route("t").channels().all()).hasSize(10);
      bridge.open("/t/mine0", "X-Forwarded-For: 10.0.0.1");
      bridge.publish("b", "goes on");
      bystander.awaitData("goes on");
    }
  }

  @Test
  void aPublisherMayNotTakeThePlaceOfAnothersHistoryAndPublishesWithoutAChannel() {
    try (BridgeFixture bridge = deploy(100, "1h", 3)) {
      for (int i = 0; i < 3; i++) {
        post(bridge, "10.0.0.1", "mine" + i);
      }
      post(bridge, "10.0.0.2", "late");

      assertThat(bridge.route("t").channels().all())
          .allMatch(bound -> bound.addresses().get(0).startsWith("t.mine"));
      SseProbe probe = bridge.get("/t/late", "X-Forwarded-For: 10.0.0.2");
      assertThat(probe.awaitComment("route's limits.channels: 3 exist")).isNotEmpty();
    }
  }

  @Test
  void aSubscriberTakesThePlaceOfAHistoryThatNobodyHasUsedForLong() {
    try (BridgeFixture bridge = deploy(100, "1ms", 3)) {
      for (int i = 0; i < 3; i++) {
        post(bridge, "10.0.0.1", "mine" + i);
      }
      bridge.get("/t/mine0", "X-Forwarded-For: 10.0.0.1").awaitOpen();
      bridge.open("/t/late", "X-Forwarded-For: 10.0.0.2");

      assertThat(bridge.route("t").channels().all())
          .hasSize(3)
          .anyMatch(bound -> bound.addresses().contains("t.mine0"));
    }
  }

  @Test
  void aNewTopicTakesNoLongerWithVeryManyChannels() {
    int many = 20_000;
    try (BridgeFixture bridge = deploy(5000, "1h", many)) {
      RouteChannels channels = bridge.route("t").channels();
      long few = nanosToBeRefused(channels, 0, 100);
      for (int i = 100; i < many; i++) {
        hold(channels, "full" + i, "10.0." + i / 5000 + ".9");
      }
      assertThat(channels.all()).hasSize(many);
      long full = nanosToBeRefused(channels, 1, 100);
      assertThat(hold(channels, "one more", "10.1.1.1")).isNull();
      // A scan of all would take a hundred times as long as making a channel does, not less.
      assertThat(full).isLessThan(5 * few + 50_000_000);
    }
  }

  private static long nanosToBeRefused(RouteChannels channels, int round, int times) {
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < times; i++) {
      hold(channels, round + "-" + i, "10.9.9." + round);
    }
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
  }

  private static @Nullable BoundChannel hold(RouteChannels channels, String topic, String remote) {
    return channels.acquire(
        List.of("t." + topic), new Wish(Purpose.PUBLISH, Placement.ANYWHERE, remote));
  }

  private static void post(BridgeFixture bridge, String remote, String text) {
    SseProbe probe =
        bridge.request(
            "POST",
            "/t/" + text,
            "Content-Type: text/plain",
            "X-Forwarded-For: " + remote,
            "Content-Length: " + text.length());
    probe.send(text);
    assertThat(probe.awaitEnd().status()).isEqualTo(202);
    probe.close();
  }

  private static BridgeFixture deploy(int perRemote, String linger, int channels) {
    return BridgeFixture.deploy(vertx, TOPICS.formatted(perRemote, linger, channels));
  }
}
