package dev.ssebridge.internal.bridge;

import static dev.ssebridge.testing.BridgeFixture.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.StoreHealth;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.RedisServer;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What those get who come while a shared store is down, where the heap is served meanwhile. */
@Tag("slow")
class HeapInOutageTest {
  private static final int EVENTS = 2_000;

  private final Vertx vertx = Vertx.vertx();
  private RedisServer redis;
  private BridgeFixture node;
  private String epoch;

  @BeforeEach
  void twoThousandEventsOfWhichTheHeapHasTheNewest() {
    redis = RedisServer.withLog();
    node =
        BridgeFixture.deploy(
            vertx,
            "{'stores':{'redis':{'urls':['"
                + redis.url()
                + "'],'outage':'heap','notice':true}},'routes':{'n':{'path':'/n','address':'news',"
                + "'history':{'store':'redis','heap':'8KiB','events':100000}}}}");
    node.publishNumbers("news", 1, EVENTS);
    node.awaitHead("n", EVENTS);
    epoch = log().epoch();
  }

  @AfterEach
  void end() {
    node.close();
    redis.close();
    BridgeFixture.get(vertx.close());
  }

  private EventLog log() {
    return node.route("n").channels().all().iterator().next().channel().log();
  }

  private void awaitStore(boolean up) {
    Deadline.await(
        () -> node.channels().storeHealth().containsValue(StoreHealth.UP) == up,
        () -> "a store that is " + (up ? "up" : "down"));
  }

  /** Down, and those who are there have been told. */
  private SseProbe outage() {
    SseProbe live = node.open("/n");
    redis.kill();
    awaitStore(false);
    assertThat(live.awaitJson("sse.store")).isEqualTo(new JsonObject().put("state", "down"));
    return live;
  }

  @Test
  void theHeapIsServedAndToldAsSuchAndWhatItLacksIsAGapThatIsToldOnce() {
    SseProbe live = outage();
    long oldest = log().oldest();
    SseProbe back = node.get("/n", "Last-Event-ID: " + epoch + "-100");
    back.awaitData("m" + EVENTS);

    assertThat(back.header("sse-history")).isEqualTo("heap");
    assertThat(back.header("access-control-expose-headers")).contains("sse-history");
    assertThat(back.header("sse-resume")).isEqualTo("gap");
    assertThat(back.header("sse-missed")).isEqualTo("" + (oldest - 1 - 100));
    assertThat(back.awaitJson("sse.gap"))
        .isEqualTo(
            new JsonObject()
                .put("from", epoch + "-100")
                .put("to", epoch + "-" + (oldest - 1))
                .put("missed", (int) (oldest - 1 - 100))
                .put("reason", "store"));
    assertThat(back.awaitJson("sse.store").getString("state")).isEqualTo("down");
    assertThat(back.messages()).isEqualTo(numbers((int) oldest, EVENTS));
    assertThat(node.route("n").counters().missed(GapReason.STORE)).isEqualTo(oldest - 1 - 100);
    assertThat(live.header("sse-history")).isEmpty();

    redis.startAgain();
    awaitStore(true);
    node.publish("news", "after");
    back.awaitData("after");
    back.awaitJson("sse.store", store -> "up".equals(store.getString("state")));
    SseProbe again = node.get("/n", "Last-Event-ID: " + back.awaitData("m" + oldest).id());
    again.awaitData("after");

    assertThat(again.header("sse-resume")).isEqualTo("complete");
    assertThat(again.header("sse-history")).isEmpty();
    assertThat(again.data().subList(0, EVENTS - (int) oldest))
        .isEqualTo(numbers((int) oldest + 1, EVENTS));
    assertThat(back.gaps()).hasSize(1);
    assertThat(back.messages()).hasSize(EVENTS - (int) oldest + 2).doesNotHaveDuplicates();
  }

  @Test
  void whoHasAllThatTheHeapLacksMissesNothing() {
    outage();
    SseProbe back = node.get("/n", "Last-Event-ID: " + epoch + "-" + (EVENTS - 1));
    back.awaitData("m" + EVENTS);

    assertThat(back.header("sse-resume")).isEqualTo("complete");
    assertThat(back.header("sse-history")).isEqualTo("heap");
    assertThat(back.messages()).containsExactly("m" + EVENTS);
  }

  @Test
  void whoAsksForAllGetsWhatThereIsAndTheHeaderSaysThatItIsNotAll() {
    outage();
    long oldest = log().oldest();
    SseProbe all = node.get("/n?from=earliest");
    all.awaitData("m" + EVENTS);

    assertThat(all.header("sse-history")).isEqualTo("heap");
    assertThat(all.messages()).isEqualTo(numbers((int) oldest, EVENTS));
  }

  @Test
  void whoAsksForATimeGetsWhatTheHeapHasOfIt() {
    outage();
    long oldest = log().oldest();
    SseProbe since = node.get("/n?since=1h");
    since.awaitData("m" + EVENTS);

    assertThat(since.header("sse-history")).isEqualTo("heap");
    assertThat(since.messages()).isEqualTo(numbers((int) oldest, EVENTS));
  }

  @Test
  void whoKnowsMoreThanThisNodeIsAskedToComeLaterForHeWouldGetItTwice() {
    outage();
    SseProbe refused =
        node.request(
            "GET",
            "/n",
            "accept: text/event-stream",
            "Last-Event-ID: " + epoch + "-" + (EVENTS + 5));
    refused.awaitEnd();

    assertThat(refused.retry()).isPositive();
    assertThat(refused.events().get(0).type()).isEqualTo("sse.refused");
  }
}
