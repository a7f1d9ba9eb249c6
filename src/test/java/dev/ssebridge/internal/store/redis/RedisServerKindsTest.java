package dev.ssebridge.internal.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.store.redis.RedisStoreSettings.Mode;
import dev.ssebridge.spi.HistoryLease;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ChannelProbe;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.RedisServer;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store with servers that are set up in one way or another, and what it says of them. */
@Tag("slow")
class RedisServerKindsTest {
  private final List<RedisHistoryStore> stores = new ArrayList<>();
  private final List<RedisServer> servers = new ArrayList<>();
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void end() {
    stores.forEach(store -> BridgeFixture.get(store.close()));
    BridgeFixture.get(vertx.close());
    servers.forEach(RedisServer::close);
  }

  private RedisServer with(RedisServer server) {
    servers.add(server);
    return server;
  }

  private static RedisStoreSettings.Builder quick(String url) {
    return new RedisStoreSettings.Builder(Mode.SINGLE, List.of(url))
        .pings(200, 2_000)
        .timeout(4_000)
        .lookInterval(300);
  }

  private RedisHistoryStore store(RedisStoreSettings.Builder settings) {
    RedisHistoryStore store = new RedisHistoryStore(vertx, settings.build());
    stores.add(store);
    BridgeFixture.get(store.start());
    return store;
  }

  private static Throwable failure(Future<?> future) {
    Deadline.await(future::isComplete, () -> "a failure");
    assertThat(future.failed()).isTrue();
    return future.cause();
  }

  /** The list of rights on the page. */
  private static String rights() throws Exception {
    Path page =
        Path.of(System.getProperty("project.basedir", "."), "src/site/markdown/history-redis.md");
    String text = Files.readString(page);
    int begin = text.indexOf("ACL SETUSER bridge");
    return text.substring(begin, text.indexOf("```", begin)).replace("\\\n", " ");
  }

  @Test
  void theRightsOnThePageAreEnoughAlsoWithTls() throws Exception {
    TestCertificate certificate = TestCertificate.forHost("ip:127.0.0.1");
    RedisServer redis = with(RedisServer.withTls(certificate));
    assertThat(redis.call(rights().strip().split("\\s+", -1))).isEqualTo("OK");
    redis.call("ACL", "SETUSER", "default", "off");

    RedisHistoryStore store =
        store(
            quick(redis.url())
                .login("bridge", "secret")
                .trust(List.of(certificate.pem().toString())));
    assertThat(store.health().problem()).isNull();
    ChannelProbe news =
        ChannelProbe.open(vertx, store, "news", new HistoryRetention(10, 500, 60_000));
    for (int i = 0; i < 50; i++) {
      news.append(ChannelProbe.event(System.currentTimeMillis(), "e" + i, "id" + i));
    }
    assertThat(news.readNewest(3, 1_000).events()).hasSize(3);
    assertThat(news.firstSince(0)).isEqualTo(news.channel().oldest());
    assertThat(news.faults()).isEmpty();
    for (HistoryLease lease : List.of(news.channel().lease(), store.lease("wire"))) {
      assertThat(BridgeFixture.get(lease.take())).isTrue();
      BridgeFixture.get(lease.keep("17"));
      assertThat(BridgeFixture.get(lease.value())).isEqualTo("17");
      BridgeFixture.get(lease.giveBack());
    }
    Deadline.await(() -> news.channel().oldest() > 40, () -> "the old ones to go");
    news.close();
  }

  @Test
  void aCertificateThatNobodyTrustsIsNamed() throws Exception {
    RedisServer redis = with(RedisServer.withTls(TestCertificate.forHost("ip:127.0.0.1")));

    assertThat(store(quick(redis.url())).health().problem()).containsIgnoringCase("certificat");
    assertThat(store(quick(redis.url()).trustAll(true)).health().problem()).isNull();
  }

  @Test
  void rightsThatAreMissingAreNamed() {
    RedisServer redis = with(RedisServer.start());
    redis.call("ACL", "SETUSER", "bridge", "on", ">secret", "~sse:*", "&other", "+@all");
    RedisHistoryStore store = store(quick(redis.url()).login("bridge", "secret"));

    Throwable failure = failure(ChannelProbe.opening(vertx, store, "news", ChannelProbe.ALL));
    assertThat(failure).hasMessageContaining("NOPERM").hasMessageContaining("history-redis.md");
  }

  @Test
  void aPasswordThatWasChangedIsNamedThoughTheConnectionEndedBefore() {
    RedisServer redis = with(RedisServer.start());
    redis.call("ACL", "SETUSER", "bridge", "on", ">secret", "~sse:*", "&sse:*", "+@all");
    RedisHistoryStore store = store(quick(redis.url()).login("bridge", "secret"));
    assertThat(store.health().isUp()).isTrue();

    redis.call("ACL", "SETUSER", "bridge", "resetpass", ">other");
    redis.call("CLIENT", "KILL", "USER", "bridge");
    Deadline.await(
        () -> String.valueOf(store.health().problem()).contains("WRONGPASS"),
        () -> "the reason, beside " + store.health().problem());

    redis.call("ACL", "SETUSER", "bridge", ">secret");
    Deadline.await(() -> store.health().isUp(), () -> "it to take events again");
  }

  @Test
  void aPasswordThatIsMissingIsNamed() {
    RedisServer redis = with(RedisServer.start("--requirepass", "secret"));

    assertThat(store(quick(redis.url())).health().problem()).contains("NOAUTH");
  }

  @Test
  void fullMemoryIsToldAndOverOnceThereIsRoom() {
    RedisServer redis = with(RedisServer.start());
    RedisHistoryStore store = store(quick(redis.url()));
    ChannelProbe news = ChannelProbe.open(vertx, store, "news");
    redis.call("CONFIG", "SET", "maxmemory", "1");

    assertThat(failure(news.appending(List.of(ChannelProbe.event("a")))))
        .hasMessageContaining("OOM")
        .hasMessageContaining("maxmemory");
    assertThat(store.health().problem()).contains("OOM");
    redis.call("CONFIG", "SET", "maxmemory", "0");
    Deadline.await(() -> store.health().isUp(), () -> "it to take events again");
    assertThat(news.append("b")).isEqualTo(1);
  }

  @Test
  void aReplicaIsNoPlaceToWriteTo() {
    RedisServer redis = with(RedisServer.start());
    RedisHistoryStore store = store(quick(redis.url()));
    ChannelProbe news = ChannelProbe.open(vertx, store, "news");
    redis.call("REPLICAOF", "127.0.0.1", "1");

    assertThat(failure(news.appending(List.of(ChannelProbe.event("a")))))
        .hasMessageContaining("READONLY")
        .hasMessageContaining("master");
    redis.call("REPLICAOF", "NO", "ONE");
    Deadline.await(() -> store.health().isUp(), () -> "it to take events again");
  }

  @Test
  void aDiskThatFailsIsNamed() throws Exception {
    RedisServer redis = with(RedisServer.start());
    RedisHistoryStore store = store(quick(redis.url()));
    ChannelProbe news = ChannelProbe.open(vertx, store, "news");
    Path blocked = Files.createDirectories(redis.directory().resolve("dump.rdb/inside"));
    redis.call("CONFIG", "SET", "save", "3600 1000000");
    redis.call("BGSAVE");
    Deadline.await(
        () -> redis.call("INFO", "persistence").contains("rdb_last_bgsave_status:err"),
        () -> "the snapshot to fail");

    assertThat(failure(news.appending(List.of(ChannelProbe.event("a")))))
        .hasMessageContaining("MISCONF")
        .hasMessageContaining("disk");
    Files.delete(blocked);
    Files.delete(blocked.getParent());
    redis.call("BGSAVE");
    Deadline.await(() -> store.health().isUp(), () -> "it to take events again");
  }

  @Test
  void tooFewReplicasAreNamed() {
    RedisServer redis = with(RedisServer.start());
    RedisHistoryStore store = store(quick(redis.url()));
    ChannelProbe news = ChannelProbe.open(vertx, store, "news");
    redis.call("CONFIG", "SET", "min-replicas-to-write", "1");

    assertThat(failure(news.appending(List.of(ChannelProbe.event("a")))))
        .hasMessageContaining("NOREPLICAS");
    redis.call("CONFIG", "SET", "min-replicas-to-write", "0");
    Deadline.await(() -> store.health().isUp(), () -> "it to take events again");
  }

  @Test
  void evictionIsWarnedOf() {
    RedisServer redis = with(RedisServer.start("--maxmemory-policy", "allkeys-lru"));
    try (LogRecorder log = LogRecorder.of(RedisLink.class)) {
      assertThat(store(quick(redis.url())).health().isUp()).isTrue();

      assertThat(log.messages()).anyMatch(line -> line.contains("noeviction"));
    }
  }

  @Test
  void aServerThatIsNotThereIsNamedAndFoundLater() {
    RedisServer redis = with(RedisServer.start());
    redis.kill();
    RedisHistoryStore store = store(quick(redis.url()));

    assertThat(store.health().problem()).contains("refused");
    assertThat(failure(ChannelProbe.opening(vertx, store, "news", ChannelProbe.ALL)))
        .hasMessageContaining("refused");
    redis.startAgain();
    Deadline.await(() -> store.health().isUp(), () -> "it to be found");
    assertThat(ChannelProbe.open(vertx, store, "news").append("a")).isEqualTo(1);
  }

  @Test
  void scriptsAreLearntAgain() {
    RedisServer redis = with(RedisServer.start());
    ChannelProbe news = ChannelProbe.open(vertx, store(quick(redis.url())), "news");
    news.append("a");
    redis.call("SCRIPT", "FLUSH");

    assertThat(news.append("b")).isEqualTo(2);
  }

  @Test
  void whatOtherProgramsAppendByTheScriptIsTold() {
    RedisServer redis = with(RedisServer.start());
    RedisHistoryStore store = store(quick(redis.url()));
    ChannelProbe news = ChannelProbe.open(vertx, store, "news");
    String script =
        Path.of(
                System.getProperty("project.basedir", "."),
                "src/main/resources/dev/ssebridge/redis/append.lua")
            .toString();

    redis.call(
        "--eval",
        script,
        "sse:{news}:log",
        "sse:{news}:ids",
        "sse:{news}:run",
        "sse:{news}:void",
        "sse:{news}:lease",
        ",",
        "0",
        "0",
        "1",
        "1000",
        "0",
        "",
        "",
        "1764300000000 k=a%u0020b",
        "data: from elsewhere\n\n");
    Deadline.await(() -> news.told().size() == 1, () -> "the event");
    assertThat(news.toldTexts()).containsExactly("from elsewhere");
    assertThat(news.told().get(0).key()).isEqualTo("a b");
    assertThat(news.told().get(0).time()).isEqualTo(1764300000000L);
    assertThat(news.append("own")).isEqualTo(2);
  }

  @Test
  void aMessageThatGotLostIsFoundByLooking() {
    RedisServer redis = with(RedisServer.start());
    RedisHistoryStore store = store(quick(redis.url()));
    ChannelProbe news = ChannelProbe.open(vertx, store, "news");
    String epoch = Long.toUnsignedString(Long.parseUnsignedLong(news.channel().epoch(), 36));
    redis.call("XADD", "sse:{news}:log", epoch + "-*", "h", "1", "d", "data: untold\n\n");

    Deadline.await(() -> news.told().size() == 1, () -> "the event that nobody told of");
    assertThat(news.toldTexts()).containsExactly("untold");
  }

  @Test
  void whoAsksIsToldOfAllThatIsThere() {
    RedisServer redis = with(RedisServer.start());
    RedisHistoryStore store = store(quick(redis.url()).lookInterval(3_600_000));
    ChannelProbe news = ChannelProbe.open(vertx, store, "news");
    String epoch = Long.toUnsignedString(Long.parseUnsignedLong(news.channel().epoch(), 36));
    for (int i = 1; i <= 40; i++) {
      redis.call("XADD", "sse:{news}:log", epoch + "-*", "h", "1", "d", "data: " + i + "\n\n");
    }

    BridgeFixture.get(news.channel().refresh());
    assertThat(news.told()).hasSize(40);
    BridgeFixture.get(news.channel().refresh());
    redis.call("DEL", "sse:{news}:log");
    BridgeFixture.get(news.channel().refresh());
    assertThat(news.notes()).containsExactly("restarted");
    assertThat(news.faults()).isEmpty();
  }

  @Test
  void messagesThatAreNonsenseChangeNothing() {
    RedisServer redis = with(RedisServer.start());
    ChannelProbe news = ChannelProbe.open(vertx, store(quick(redis.url())), "news");
    String epoch = Long.toUnsignedString(Long.parseUnsignedLong(news.channel().epoch(), 36));
    for (String nonsense :
        List.of(
            "",
            "x",
            "1 2",
            epoch + " x 1 m",
            epoch + " 1 1 m",
            epoch + " 1 3 m\n5\n3\nabc",
            epoch + " 1 1 m\n5\n99999999\nabc",
            epoch + " 5 5 m\n5\n3\nabc",
            "9" + epoch + " 1 1 m\n5\n3\nabc")) {
      redis.call("SPUBLISH", "sse:{news}:log", nonsense);
    }

    assertThat(news.append("a")).isEqualTo(1);
    assertThat(news.append("b")).isEqualTo(2);
    assertThat(news.toldTexts()).containsExactly("a", "b");
    assertThat(news.notes()).isEmpty();
    assertThat(news.faults()).isEmpty();
  }

  /** As those of a store in another database of the server are, if its keys have the same names. */
  @Test
  void whoIsToldOfALaterEpochThatThereIsNotLooksOnceAndGoesOn() {
    RedisServer redis = with(RedisServer.start());
    RedisHistoryStore store = store(quick(redis.url()).lookInterval(3_600_000));
    ChannelProbe news = ChannelProbe.open(vertx, store, "news");
    long epoch = Long.parseUnsignedLong(news.channel().epoch(), 36);
    redis.call(
        "SPUBLISH",
        "sse:{news}:log",
        Long.toUnsignedString(epoch + 1) + " 1 1 other\n1\n13\ndata: other\n\n");
    news.append("1");
    BridgeFixture.get(news.channel().refresh());

    redis.call("CONFIG", "RESETSTAT");
    for (int i = 2; i <= 20; i++) {
      assertThat(news.append("" + i)).isEqualTo(i);
    }

    assertThat(redis.call("INFO", "commandstats")).doesNotContain("xrange");
    assertThat(news.toldTexts()).hasSize(20).doesNotContain("other");
    assertThat(news.notes()).isEmpty();
  }
}
