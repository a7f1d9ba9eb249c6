package dev.ssebridge.internal.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.store.redis.RedisStoreSettings.Mode;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ChannelProbe;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store that asks a Sentinel for its master. */
class RedisSentinelTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void aFailoverBeginsANewEpochAsTheReplicaMayHaveLagged() {
    Vertx vertx = Vertx.vertx();
    try (RedisServer master = RedisServer.start();
        RedisServer replica = RedisServer.replicaOf(master)) {
      Deadline.await(
          () -> replica.call("INFO", "replication").contains("master_link_status:up"),
          () -> "the replica to have all");
      try (RedisServer sentinel = RedisServer.sentinelOf(master)) {
        Deadline.await(
            PATIENCE,
            () -> sentinel.call("SENTINEL", "REPLICAS", "bridge").contains("" + replica.port()),
            () -> "the Sentinel to know the replica");
        RedisStoreSettings settings =
            new RedisStoreSettings.Builder(Mode.SENTINEL, List.of(sentinel.url()))
                .master("bridge")
                .pings(200, 2_000)
                .timeout(4_000)
                .lookInterval(500)
                .build();
        RedisHistoryStore here = new RedisHistoryStore(vertx, settings);
        RedisHistoryStore there = new RedisHistoryStore(vertx, settings);
        BridgeFixture.get(here.start());
        BridgeFixture.get(there.start());
        ChannelProbe writer = ChannelProbe.open(vertx, here, "news");
        ChannelProbe reader = ChannelProbe.open(vertx, there, "news");
        writer.append("before");
        String epoch = writer.channel().epoch();

        master.kill();
        Deadline.await(
            PATIENCE,
            () -> writer.notes().size() == 1 && reader.notes().size() == 1,
            () -> "both nodes to be told: " + here.health());
        writer.append("after");
        Deadline.await(() -> reader.told().size() == 2, () -> "what comes after");

        assertThat(writer.channel().epoch()).isNotEqualTo(epoch);
        assertThat(reader.channel().epoch()).isEqualTo(writer.channel().epoch());
        assertThat(reader.notes()).containsExactly("restarted");
        assertThat(reader.toldTexts()).containsExactly("before", "after");
        assertThat(here.health().isUp()).isTrue();
        BridgeFixture.get(here.close());
        BridgeFixture.get(there.close());
      }
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }
}
