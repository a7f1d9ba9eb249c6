package dev.ssebridge.internal.bridge;

import static dev.ssebridge.testing.BridgeFixture.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.FaultyChannel;
import dev.ssebridge.testing.FaultyStore;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of a history in a store when its route is another one after a reload. */
@Tag("slow")
class StoredReloadTest {
  private static final String BEFORE =
      "{'routes':{'n':{'path':'/n','address':'news',"
          + "'history':{'store':'kept','heap':'%s','events':100000}}}}";
  private static final String CHANNEL = "n news";

  private final Vertx vertx = Vertx.vertx();
  private final FaultyStore store = new FaultyStore(new MemoryStore(System::currentTimeMillis));
  private BridgeFixture node;

  @BeforeEach
  void begin() {
    node = BridgeFixture.withStores(vertx, BEFORE.formatted("64MiB"), Map.of("kept", store));
  }

  @AfterEach
  void end() {
    node.close();
    BridgeFixture.get(vertx.close());
  }

  private void reload() {
    node.reload(BEFORE.formatted("1MiB"));
  }

  @Test
  void whatWaitsIsStoredBeforeAnotherGoesOnWithTheHistory() throws Exception {
    SseProbe live = node.open("/n");
    FaultyChannel channel = store.channel(CHANNEL);
    channel.holdAppends();
    node.publishNumbers("news", 1, 50);
    Deadline.await(() -> node.waitingFor("kept") == 50, () -> "50 that wait");

    CompletableFuture<Void> reloaded = CompletableFuture.runAsync(this::reload);
    channel.releaseAppends();
    reloaded.get(60, TimeUnit.SECONDS);
    live.awaitEnd();
    node.publish("news", "after");

    SseProbe all = node.get("/n?from=earliest");
    all.awaitData("after");
    assertThat(live.data()).isEqualTo(numbers(1, 50));
    assertThat(all.messages()).startsWith("m1").endsWith("m50", "after").hasSize(51);
    assertThat(gaps(all)).containsExactly("null unknown");
  }

  @Test
  void oneThatReadsSlowlyReadsTheOldLogToItsEndAndGoesOnInTheNewOne() {
    String filler = "x".repeat(2000);
    SseProbe slow = node.open("/n").stopReading();
    for (int i = 1; i <= 8_000; i++) {
      node.publish("news", i + filler);
    }
    node.awaitHead("n", 8_000);

    reload();
    slow.goOn();
    slow.awaitEnd();
    node.publish("news", "after");
    SseProbe back = node.get("/n", "Last-Event-ID: " + slow.lastEventId());
    back.awaitData("after");

    List<String> both = new ArrayList<>(slow.messages());
    both.addAll(back.messages());
    assertThat(both).hasSize(8_001);
    for (int i = 0; i < 8_000; i++) {
      assertThat(both.get(i)).startsWith((i + 1) + "x");
    }
    assertThat(gaps(slow)).isEmpty();
    assertThat(gaps(back)).containsExactly("null unknown");
    assertThat(back.header("sse-resume")).isEqualTo("complete");
  }

  @Test
  void whatCannotBeStoredInTimeIsToldWithItsNumber() {
    node.publish("news", "m1");
    node.awaitHead("n", 1);
    SseProbe first = node.get("/n?from=earliest");
    String id = Objects.requireNonNull(first.awaitData("m1").id());
    store.down("a test says so");
    node.publishNumbers("news", 2, 8);
    Deadline.await(() -> node.waitingFor("kept") == 7, () -> "7 that wait");

    reload();
    node.publish("news", "after");
    store.up();
    node.awaitHead("n", 10);
    SseProbe back = node.get("/n", "Last-Event-ID: " + id);
    back.awaitData("after");

    assertThat(gaps(back)).containsExactly("7 store", "null unknown");
    assertThat(back.messages()).containsExactly("after");
    assertThat(back.header("sse-resume")).isEqualTo("complete");
  }

  private static List<String> gaps(SseProbe probe) {
    return probe.gaps().stream()
        .map(gap -> gap.getLong("missed") + " " + gap.getString("reason"))
        .toList();
  }
}
