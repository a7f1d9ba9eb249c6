package dev.ssebridge.internal.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.store.redis.RedisStoreSettings.Mode;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ChannelProbe;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store in a Redis Cluster of three masters. */
@Tag("slow")
class RedisClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static List<RedisServer> cluster = List.of();

  private final List<RedisHistoryStore> stores = new ArrayList<>();
  private Vertx vertx;

  @BeforeAll
  static void startCluster() {
    cluster = RedisServer.cluster();
  }

  @AfterAll
  static void stopCluster() {
    cluster.forEach(RedisServer::close);
  }

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void end() {
    stores.forEach(store -> BridgeFixture.get(store.close()));
    BridgeFixture.get(vertx.close());
  }

  private static RedisStoreSettings settings() {
    return new RedisStoreSettings.Builder(Mode.CLUSTER, List.of(cluster.get(0).url()))
        .pings(200, 2_000)
        .timeout(4_000)
        .lookInterval(500)
        .build();
  }

  private RedisHistoryStore store() {
    RedisHistoryStore store = new RedisHistoryStore(vertx, settings());
    stores.add(store);
    BridgeFixture.get(store.start());
    return store;
  }

  @Test
  void channelsAreSpreadOverTheMastersAndToldOnAllNodes() {
    RedisHistoryStore here = store();
    RedisHistoryStore there = store();
    List<ChannelProbe> written =
        IntStream.range(0, 30).mapToObj(i -> ChannelProbe.open(vertx, here, "rooms/" + i)).toList();
    List<ChannelProbe> read =
        IntStream.range(0, 30)
            .mapToObj(i -> ChannelProbe.open(vertx, there, "rooms/" + i))
            .toList();
    for (ChannelProbe probe : written) {
      assertThat(probe.append("a")).isEqualTo(1);
      assertThat(probe.append("b")).isEqualTo(2);
    }

    for (ChannelProbe probe : read) {
      Deadline.await(() -> probe.told().size() == 2, () -> "both events");
      assertThat(probe.toldTexts()).containsExactly("a", "b");
      assertThat(probe.faults()).isEmpty();
    }
    for (RedisServer master : cluster) {
      assertThat(master.call("KEYS", "sse:{rooms/*:log").lines().toList()).hasSizeGreaterThan(2);
    }
    assertThat(here.health().isUp()).isTrue();
  }

  @Test
  void slotsAreThoseOfRedis() {
    for (String key : List.of("a", "sse:{news}:log", "{}x", "x{y", "sse:{räume/ö}:ids")) {
      assertThat(HashSlot.of(key))
          .isEqualTo(Integer.parseInt(cluster.get(0).call("CLUSTER", "KEYSLOT", key)));
    }
  }

  @Test
  void aChannelWhoseSlotMovesGoesOnWithItsEpoch() {
    String name = "moving " + new Random(1).nextInt();
    int slot = HashSlot.of("{" + name + "}");
    RedisServer from = cluster.get(slot * 3 / HashSlot.SLOTS);
    RedisServer to = cluster.get((cluster.indexOf(from) + 1) % 3);
    Node writer =
        Node.start(
            vertx,
            "w",
            settings(),
            name,
            new HistoryRetention(100_000, Long.MAX_VALUE, Long.MAX_VALUE),
            1);
    stores.add(writer.store());
    ChannelProbe reader = ChannelProbe.open(vertx, store(), name);
    writer.begin();
    more(writer, 20);

    String fromId = from.call("CLUSTER", "MYID");
    String toId = to.call("CLUSTER", "MYID");
    to.call("CLUSTER", "SETSLOT", "" + slot, "IMPORTING", fromId);
    from.call("CLUSTER", "SETSLOT", "" + slot, "MIGRATING", toId);
    for (String key : from.call("CLUSTER", "GETKEYSINSLOT", "" + slot, "10").lines().toList()) {
      from.call("MIGRATE", "127.0.0.1", "" + to.port(), key.strip(), "0", "5000");
    }
    to.call("CLUSTER", "SETSLOT", "" + slot, "NODE", toId);
    from.call("CLUSTER", "SETSLOT", "" + slot, "NODE", toId);
    more(writer, 20);
    writer.end();
    Deadline.await(PATIENCE, writer::isIdle, () -> "the last append to be decided");
    HistoryStore.Channel channel = writer.channel();
    Deadline.await(
        PATIENCE,
        () -> reader.channel().head() == channel.head(),
        () -> "the reader to be at " + channel.head() + ": " + reader.channel().head());

    assertThat(writer.faults()).isEmpty();
    assertThat(reader.faults()).isEmpty();
    assertThat(writer.restarts()).isZero();
    assertThat(reader.notes()).isEmpty();
    assertThat(reader.toldTexts()).isEqualTo(List.copyOf(writer.told().values()));
    assertThat(writer.told()).containsAllEntriesOf(writer.acknowledged());
  }

  private static void more(Node node, int events) {
    int before = node.tellings();
    Deadline.await(
        PATIENCE,
        () -> node.tellings() >= before + events,
        () -> "more events, the store: " + node.store().health());
  }
}
