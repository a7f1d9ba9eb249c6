package dev.ssebridge.internal.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ChannelProbe;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.RedisServer;
import dev.ssebridge.testing.TcpProxy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three nodes append to one channel while Redis, or what is between, fails: what was acknowledged
 * is there, each event comes once and in one order, and a loss is told.
 */
@Tag("slow")
class RedisOutageTest {
  private static final HistoryRetention PLENTY =
      new HistoryRetention(100_000, Long.MAX_VALUE, Long.MAX_VALUE);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<TcpProxy> proxies = new ArrayList<>();
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void end() throws Exception {
    nodes.forEach(node -> BridgeFixture.get(node.store().close()));
    BridgeFixture.get(vertx.close());
    for (AutoCloseable each : toClose) {
      each.close();
    }
  }

  private void threeNodes(RedisServer redis, HistoryRetention retention, long seed) {
    toClose.add(redis);
    for (int i = 0; i < 3; i++) {
      TcpProxy proxy = new TcpProxy(redis.port());
      toClose.add(proxy);
      proxies.add(proxy);
      nodes.add(
          Node.start(
              vertx,
              "abc".charAt(i) + "",
              quick("redis://127.0.0.1:" + proxy.port()),
              "news",
              retention,
              seed + i));
    }
  }

  private static RedisStoreSettings quick(String url) {
    return new RedisStoreSettings.Builder(RedisStoreSettings.Mode.SINGLE, List.of(url))
        .pings(200, 2_000)
        .timeout(4_000)
        .lookInterval(300)
        .build();
  }

  private void append() {
    nodes.forEach(Node::begin);
    moreComes(30);
  }

  /** Every node is told of so many events more. */
  private void moreComes(int events) {
    for (Node node : nodes) {
      int before = node.tellings();
      Deadline.await(
          PATIENCE,
          () -> node.tellings() >= before + events,
          () -> "more to come to node " + node.name() + ", its store: " + node.store().health());
    }
  }

  /** Ends appending, and waits until all nodes are where the channel is. */
  private void quiet() {
    nodes.forEach(Node::end);
    for (Node node : nodes) {
      Deadline.await(
          PATIENCE, node::isIdle, () -> "the last append of " + node.name() + " to be decided");
    }
    Deadline.await(
        PATIENCE,
        () ->
            nodes.stream()
                    .map(node -> node.channel().epoch() + "-" + node.channel().head())
                    .distinct()
                    .count()
                == 1,
        () ->
            "all nodes to be at the same event: "
                + nodes.stream()
                    .map(node -> node.channel().epoch() + "-" + node.channel().head())
                    .toList());
  }

  /**
   * Nothing came twice or out of turn or differently, and what was acknowledged came, but for the
   * epochs that are lost.
   */
  private void checkAccount() {
    Map<String, String> texts = new HashMap<>();
    for (Node node : nodes) {
      assertThat(node.faults()).isEmpty();
      Set<String> once = new HashSet<>();
      node.told()
          .forEach(
              (id, text) -> {
                assertThat(once.add(text)).as("%s came twice to %s", text, node.name()).isTrue();
                String before = texts.putIfAbsent(id, text);
                if (before != null) {
                  assertThat(text).as("what %s is", id).isEqualTo(before);
                }
              });
    }
    String epoch = nodes.get(0).channel().epoch();
    for (Node writer : nodes) {
      writer
          .acknowledged()
          .forEach(
              (id, text) -> {
                for (Node reader : nodes) {
                  if (reader.restarts() == 0 && reader.lost().isEmpty()) {
                    assertThat(reader.told().get(id))
                        .as("%s of %s at %s", id, writer.name(), reader.name())
                        .isEqualTo(text);
                  }
                }
                assertThat(texts.getOrDefault(id, text)).isEqualTo(text);
              });
      for (String text : writer.failed()) {
        for (Node reader : nodes) {
          reader
              .told()
              .forEach(
                  (id, other) -> {
                    if (other.equals(text)) {
                      assertThat(id).as("where %s, which failed, is", text).doesNotStartWith(epoch);
                    }
                  });
        }
      }
    }
  }

  private void assertNothingLost() {
    for (Node node : nodes) {
      assertThat(node.restarts()).as("restarts at %s", node.name()).isZero();
      assertThat(node.lost()).as("gaps at %s", node.name()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatBreaksBetweenNodesAndRedisLosesNothing(long seed) {
    threeNodes(RedisServer.start(), PLENTY, seed);
    append();
    walkOfBrokenLinks(new Random(seed), 12);
    quiet();

    checkAccount();
    assertNothingLost();
  }

  @Tag("heavy")
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void whatBreaksForLongLosesNothing(long seed) {
    threeNodes(RedisServer.start(), PLENTY, seed);
    append();
    walkOfBrokenLinks(new Random(seed), 100);
    quiet();

    checkAccount();
    assertNothingLost();
  }

  private void walkOfBrokenLinks(Random random, int steps) {
    for (int step = 0; step < steps; step++) {
      TcpProxy proxy = proxies.get(random.nextInt(proxies.size()));
      switch (random.nextInt(6)) {
        case 0 -> proxy.cut();
        case 1 -> proxy.cutAfterReplies(random.nextInt(2000));
        case 2 -> {
          proxy.delay(random.nextInt(40));
          moreComes(3);
          proxy.delay(0);
        }
        case 3 -> {
          proxy.silence();
          awaitOthers(proxy, 60);
          proxy.speak();
        }
        case 4 -> {
          proxy.refuse(true);
          awaitOthers(proxy, 20);
          proxy.refuse(false);
        }
        default -> {
          proxies.forEach(TcpProxy::cut);
        }
      }
      moreComes(5);
    }
  }

  /** The nodes behind other proxies go on. */
  private void awaitOthers(TcpProxy broken, int events) {
    Node other = nodes.get((proxies.indexOf(broken) + 1) % nodes.size());
    int before = other.tellings();
    Deadline.await(
        PATIENCE, () -> other.tellings() >= before + events, () -> "the others to go on");
  }

  @ParameterizedTest
  @ValueSource(strings = {"normal", "pubsub"})
  void killedClientsLoseNothing(String type) {
    RedisServer redis = RedisServer.start();
    threeNodes(redis, PLENTY, 5);
    append();
    for (int i = 0; i < 5; i++) {
      redis.call("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes");
      moreComes(10);
    }
    quiet();

    checkAccount();
    assertNothingLost();
  }

  @Test
  void aRedisThatSleptLosesNothing() {
    RedisServer redis = RedisServer.start();
    threeNodes(redis, PLENTY, 6);
    append();
    for (int i = 0; i < 2; i++) {
      redis.freeze();
      for (Node node : nodes) {
        Deadline.await(() -> !node.store().health().isUp(), () -> "the silence to be noticed");
      }
      redis.wakeUp();
      moreComes(10);
    }
    quiet();

    checkAccount();
    assertNothingLost();
  }

  @Test
  void aRedisThatComesBackWithItsLogLosesNothing() {
    RedisServer redis = RedisServer.withLog("--appendfsync", "always");
    threeNodes(redis, PLENTY, 7);
    append();
    for (int i = 0; i < 3; i++) {
      redis.kill();
      redis.startAgain();
      moreComes(10);
    }
    quiet();

    checkAccount();
    assertNothingLost();
  }

  @Test
  void aRedisThatComesBackAsItWasEarlierBeginsANewEpoch() throws Exception {
    RedisServer redis = RedisServer.start();
    threeNodes(redis, PLENTY, 8);
    append();
    for (int i = 1; i <= 3; i++) {
      redis.call("SAVE");
      moreComes(10);
      redis.kill();
      redis.startAgain();
      awaitRestarts(i);
      moreComes(10);
    }
    quiet();

    checkAccount();
    for (Node node : nodes) {
      assertThat(node.restarts()).isEqualTo(3);
    }
  }

  @Test
  void aSnapshotOfAnotherDayBeginsANewEpochToo() throws Exception {
    RedisServer redis = RedisServer.start();
    threeNodes(redis, PLENTY, 9);
    append();
    redis.call("SAVE");
    Path dump = redis.directory().resolve("dump.rdb");
    Path old = redis.directory().resolve("old.rdb");
    Files.copy(dump, old);
    redis.kill();
    redis.startAgain();
    awaitRestarts(1);
    moreComes(10);
    redis.kill();
    Files.copy(old, dump, StandardCopyOption.REPLACE_EXISTING);
    redis.startAgain();
    awaitRestarts(2);
    moreComes(10);
    quiet();

    checkAccount();
  }

  private void awaitRestarts(int restarts) {
    for (Node node : nodes) {
      Deadline.await(
          PATIENCE,
          () -> node.restarts() >= restarts,
          () -> "node " + node.name() + " to be told of the loss");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLUSHALL", "DEL"})
  void whatIsDeletedBeginsANewEpoch(String how) {
    RedisServer redis = RedisServer.start();
    threeNodes(redis, PLENTY, 10);
    append();
    for (int i = 1; i <= 3; i++) {
      if (how.equals("DEL")) {
        redis.call("DEL", "sse:{news}:log");
      } else {
        redis.call("FLUSHALL");
      }
      awaitRestarts(i);
      moreComes(10);
    }
    quiet();

    checkAccount();
    for (Node node : nodes) {
      assertThat(node.restarts()).isEqualTo(3);
    }
  }

  @Test
  void aDeletedLogIsNoticedWhereNobodyAppends() {
    RedisServer redis = RedisServer.start();
    threeNodes(redis, PLENTY, 11);
    String before = nodes.get(0).channel().epoch();
    redis.call("DEL", "sse:{news}:log");
    awaitRestarts(1);

    for (Node node : nodes) {
      assertThat(node.channel().epoch()).isNotEqualTo(before);
      assertThat(node.channel().epoch()).isEqualTo(nodes.get(0).channel().epoch());
      assertThat(node.restarts()).isEqualTo(1);
    }
  }

  @Test
  void whatWasLetGoOfMeanwhileIsTold() {
    threeNodes(RedisServer.start(), new HistoryRetention(50, Long.MAX_VALUE, Long.MAX_VALUE), 12);
    append();
    proxies.get(0).refuse(true);
    awaitOthers(proxies.get(0), 1_000);
    proxies.get(0).refuse(false);
    moreComes(10);
    quiet();

    Node away = nodes.get(0);
    assertThat(away.faults()).isEmpty();
    assertThat(away.lost()).isNotEmpty();
    assertThat(away.restarts()).isZero();
    assertThat(nodes.get(1).lost()).isEmpty();
  }

  @Test
  void whoSaysWhatIsWrongSaysNoPassword() {
    RedisServer redis = RedisServer.start("--requirepass", "right");
    toClose.add(redis);
    RedisHistoryStore store =
        new RedisHistoryStore(vertx, quick("redis://:wr%40ng@127.0.0.1:" + redis.port()));
    BridgeFixture.get(store.start());

    assertThat(store.health().problem()).contains("WRONGPASS").doesNotContain("wr@ng", "wr%40ng");
    Future<?> opened = ChannelProbe.opening(vertx, store, "news", ChannelProbe.ALL);
    Deadline.await(opened::isComplete, () -> "the refusal");
    assertThat(opened.cause()).hasMessageContaining("WRONGPASS");
    BridgeFixture.get(store.close());
  }
}
