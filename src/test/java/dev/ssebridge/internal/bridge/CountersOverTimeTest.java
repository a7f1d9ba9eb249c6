package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is counted while routes and whoever looks at the counters come and go. */
@ExtendWith(VertxExtension.class)
class CountersOverTimeTest {
  private static final String CONFIG =
      "{'http':{'drain':'20s'},'routes':{'n':{'path':'/n','address':'news'},"
          + "'o':{'path':'/o','address':'other'}}}";

  @Test
  void noCounterGoesBackWhileTheStreamsOfARouteAreEnding(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/n");
      bridge.publishNumbers("news", 1, 3);
      probe.awaitEvents(3);
      // What is on the wire is counted a moment later.
      Deadline.await(
          () -> bridge.bridge().stats().getLong("deliveredEvents") == 3, () -> "3 delivered");
      Future<Void> removed = bridge.bridge().removeRoute("n");

      JsonObject stats = bridge.bridge().stats();
      assertThat(stats.getJsonObject("routes").fieldNames()).containsExactly("o");
      assertThat(stats.getLong("appendedEvents")).isEqualTo(3);
      assertThat(stats.getLong("deliveredEvents")).isEqualTo(3);
      probe.reset();
      BridgeFixture.get(removed);
      assertThat(bridge.bridge().stats().getLong("appendedEvents")).isEqualTo(3);
    }
  }

  @Test
  void howFarStreamsAreBehindIsCountedWhileSomebodyWantsToKnow(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      Channels channels = bridge.channels();
      assertThat(channels.isLagWatched()).isFalse();
      BridgeMeters first = BridgeMeters.of(vertx).add(bridge.bridge());
      BridgeMeters second = BridgeMeters.of(vertx).add(bridge.bridge());
      first.close();
      first.close();
      assertThat(channels.isLagWatched()).isTrue();
      second.close();
      assertThat(channels.isLagWatched()).isFalse();
      assertThatThrownBy(() -> second.add("x", bridge.bridge()))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
