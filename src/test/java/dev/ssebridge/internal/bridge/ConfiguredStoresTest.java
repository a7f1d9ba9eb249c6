package dev.ssebridge.internal.bridge;

import static dev.ssebridge.testing.BridgeFixture.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.spi.StoreHealth;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.Opened;
import dev.ssebridge.testing.RedisServer;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stores that a configuration names, each behind a route. */
class ConfiguredStoresTest {
  private static final String ROUTES =
      "'routes':{'n':{'path':'/n','address':'news',"
          + "'history':{'store':'%s','heap':'8KiB','events':100000}}}";

  private final Opened open = new Opened();

  @AfterEach
  void end() {
    open.close();
  }

  private BridgeFixture node(String stores, String name) {
    String config = "{'stores':{" + stores + "}," + ROUTES.formatted(name) + "}";
    return open.add(BridgeFixture.deploy(open.add(Vertx.vertx()), config));
  }

  @Test
  void aJournalOutlivesTheProcessWithAllItsIds(@TempDir Path directory) {
    String stores = "'file':{'directory':'" + directory.resolve("journal") + "'}";
    BridgeFixture first = node(stores, "file");
    first.publishNumbers("news", 1, 5_000);
    first.awaitHead("n", 5_000);
    SseProbe before = first.get("/n?from=earliest");
    before.awaitData("m5000");
    List<String> ids = before.events().stream().map(ServerSentEvent::id).toList();
    end();
    BridgeFixture second = node(stores, "file");
    SseProbe all = second.get("/n?from=earliest");
    SseProbe back = second.get("/n", "Last-Event-ID: " + ids.get(99));
    second.publish("news", "m5001");
    all.awaitData("m5001");
    back.awaitData("m5001");
    assertThat(all.data()).isEqualTo(numbers(1, 5_001));
    assertThat(all.events().subList(0, 5_000).stream().map(ServerSentEvent::id)).isEqualTo(ids);
    assertThat(back.header("sse-resume")).isEqualTo("complete");
    assertThat(back.data()).isEqualTo(numbers(101, 5_001));
  }

  @Test
  void nodesWithOneRedisHaveOneHistory() {
    RedisServer redis = open.add(RedisServer.start());
    String stores = "'redis':{'urls':['" + redis.url() + "']}";
    BridgeFixture a = node(stores, "redis");
    BridgeFixture b = node(stores, "redis");
    a.publishNumbers("news", 1, 2_000);
    a.awaitHead("n", 2_000);
    b.awaitHead("n", 2_000);
    b.publishNumbers("news", 2_001, 4_000);
    a.awaitHead("n", 4_000);
    SseProbe onA = a.get("/n?from=earliest");
    onA.awaitData("m4000");
    SseProbe onB = b.get("/n", "Last-Event-ID: " + onA.events().get(9).id());
    onB.awaitData("m4000");
    assertThat(onA.data()).isEqualTo(numbers(1, 4_000));
    assertThat(onB.header("sse-resume")).isEqualTo("complete");
    assertThat(onB.data()).isEqualTo(numbers(11, 4_000));
    assertThat(onB.lastEventId()).isEqualTo(onA.lastEventId());
  }

  @Test
  void aRouteWhoseRedisIsNotThereIsServedOnceItIs() {
    RedisServer redis = open.add(RedisServer.start());
    redis.kill();
    BridgeFixture node = node("'redis':{'urls':['" + redis.url() + "']}", "redis");
    node.publish("news", "early");
    SseProbe refused = node.request("GET", "/n", "accept: text/event-stream");
    refused.awaitEnd();
    assertThat(refused.events().get(0).type()).isEqualTo("sse.refused");
    redis.startAgain();
    Deadline.await(
        () -> node.channels().storeHealth().containsValue(StoreHealth.UP),
        () -> "a store that is up");
    node.awaitHead("n", 1);
    SseProbe all = node.get("/n?from=earliest");
    assertThat(all.awaitData("early").id()).endsWith("-1");
  }
}
