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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store that asks a Sentinel for its master. */
@Tag("slow")
class RedisSentinelTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static RedisStoreSettings by(RedisServer sentinel) {
    return new RedisStoreSettings.Builder(Mode.SENTINEL, List.of(sentinel.url()))
        .master("bridge")
        .pings(200, 2_000)
        .timeout(4_000)
        .lookInterval(500)
        .build();
  }

  /** The first attempt may come too early for a Sentinel that has just started. */
  private static void begin(RedisHistoryStore store) {
    BridgeFixture.get(store.start());
    Deadline.await(
        () -> store.health().isUp(), () -> "the master to be found: " + store.health().problem());
  }

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
        RedisHistoryStore here = new RedisHistoryStore(vertx, by(sentinel));
        RedisHistoryStore there = new RedisHistoryStore(vertx, by(sentinel));
        begin(here);
        begin(there);
        ChannelProbe writer = ChannelProbe.open(vertx, here, "news");
        ChannelProbe reader = ChannelProbe.open(vertx, there, "news");
        writer.append("before");
        String epoch = writer.channel().epoch();
        // What is acknowledged may still be on its way to others when the master dies.
        Deadline.await(() -> reader.told().size() == 1, () -> "what comes before");

        master.kill();
        Deadline.await(
            PATIENCE,
            () -> writer.notes().size() == 1 && reader.notes().size() == 1,
            () -> "both nodes to be told: " + here.health());
        writer.append("after");
        Deadline.await(
            () -> reader.told().size() == 2,
            () -> "what comes after, beside " + reader.toldTexts());

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

  @Test
  void whoOnlyReadsLeavesAMasterThatWasMadeAReplica() {
    Vertx vertx = Vertx.vertx();
    try (RedisServer old = RedisServer.start();
        RedisServer master = RedisServer.start();
        RedisServer sentinel = RedisServer.sentinelOf(old)) {
      RedisHistoryStore store = new RedisHistoryStore(vertx, by(sentinel));
      RedisHistoryStore writing =
          new RedisHistoryStore(vertx, RedisStoreSettings.single(master.url()));
      begin(store);
      begin(writing);
      ChannelProbe reader = ChannelProbe.open(vertx, store, "news");

      // As an operator would: connections stay, nothing is written, and nothing fails.
      sentinel.call("SENTINEL", "REMOVE", "bridge");
      sentinel.call("SENTINEL", "MONITOR", "bridge", "127.0.0.1", "" + master.port(), "1");
      old.call("REPLICAOF", "127.0.0.1", "1");
      ChannelProbe writer = ChannelProbe.open(vertx, writing, "news");
      writer.append("after");
      Deadline.await(() -> reader.notes().size() == 1, () -> "the reader to be told");
      writer.append("more");
      Deadline.await(() -> reader.told().size() == 1, () -> "what comes on the new master");

      assertThat(reader.notes()).containsExactly("restarted");
      assertThat(reader.channel().epoch()).isEqualTo(writer.channel().epoch());
      assertThat(ChannelProbe.texts(reader.readNewest(10, 1_000).events()))
          .containsExactly("after", "more");
      BridgeFixture.get(store.close());
      BridgeFixture.get(writing.close());
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  @Test
  void aReplicaThatTookOverIsNoMasterThatWasStartedAgainThoughItHasForgottenIt() {
    Vertx vertx = Vertx.vertx();
    try (RedisServer master = RedisServer.start();
        RedisServer replica =
            RedisServer.replicaOf(master, "--appendonly", "yes", "--repl-backlog-ttl", "1");
        RedisServer sentinel = RedisServer.sentinelOf(master)) {
      RedisHistoryStore before = new RedisHistoryStore(vertx, by(sentinel));
      begin(before);
      ChannelProbe writer = ChannelProbe.open(vertx, before, "news");
      writer.append("1");
      Deadline.await(
          () -> replica.call("XLEN", "sse:{news}:log").equals("1"), () -> "the replica to have 1");
      sentinel.call("SENTINEL", "REMOVE", "bridge");
      replica.call("REPLICAOF", "NO", "ONE");
      writer.append("2");
      String epoch = writer.channel().epoch();
      // All that knew of 2 is gone.
      BridgeFixture.get(before.close());
      master.kill();
      Deadline.await(
          () -> replica.call("INFO", "replication").contains("second_repl_offset:-1"),
          () -> "the replica to forget that it was one");

      sentinel.call("SENTINEL", "MONITOR", "bridge", "127.0.0.1", "" + replica.port(), "1");
      RedisHistoryStore after = new RedisHistoryStore(vertx, by(sentinel));
      begin(after);
      ChannelProbe later = ChannelProbe.open(vertx, after, "news");
      later.append("other");

      assertThat(later.channel().epoch()).isNotEqualTo(epoch);
      BridgeFixture.get(after.close());
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  @Test
  void aMasterThatComesBackWithItsLogKeepsTheEpoch() {
    Vertx vertx = Vertx.vertx();
    try (RedisServer master = RedisServer.withLog("--appendfsync", "always");
        RedisServer sentinel = RedisServer.sentinelOf(master)) {
      RedisHistoryStore before = new RedisHistoryStore(vertx, by(sentinel));
      begin(before);
      ChannelProbe writer = ChannelProbe.open(vertx, before, "news");
      writer.append("1");
      String epoch = writer.channel().epoch();
      BridgeFixture.get(before.close());

      master.kill();
      master.startAgain();
      RedisHistoryStore after = new RedisHistoryStore(vertx, by(sentinel));
      begin(after);
      ChannelProbe later = ChannelProbe.open(vertx, after, "news");

      assertThat(later.channel().epoch()).isEqualTo(epoch);
      assertThat(later.append("2")).isEqualTo(2);
      BridgeFixture.get(after.close());
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }
}
