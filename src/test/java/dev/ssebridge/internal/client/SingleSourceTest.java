package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.internal.store.StoreDirectory;
import dev.ssebridge.internal.text.Sha256;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.FaultyStore;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deployments of one Vert.x share locks and maps as the nodes of a cluster do. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class SingleSourceTest {
  private final List<String> copied = new CopyOnWriteArrayList<>();
  private BridgeFixture origin;
  private Vertx vertx;
  private final List<Vertx> nodes = new ArrayList<>();

  @BeforeEach
  void begin(Vertx vertx) {
    this.vertx = vertx;
    origin =
        BridgeFixture.deploy(
            vertx,
            "{'federation':{'name':'origin'},"
                + "'routes':{'feed':{'path':'/feed','address':'origin'}}}");
    vertx.eventBus().<String>consumer("copy", message -> copied.add(message.body()));
  }

  @AfterEach
  void end() {
    nodes.forEach(node -> BridgeFixture.get(node.close()));
    origin.close();
  }

  private String follow() {
    SourceOptions source =
        new SourceOptions("http://127.0.0.1:" + origin.port() + "/feed", "copy")
            .setSingle(true)
            .setCursorEvery(Duration.ofMillis(1));
    return deploy(vertx, source);
  }

  private static String deploy(Vertx on, SourceOptions source) {
    return BridgeFixture.get(
        on.deployVerticle(new SseClientVerticle(new SseBridgeOptions().addSource("feed", source))));
  }

  private void awaitNumbers(int to) {
    Deadline.await(() -> copied.size() >= to, () -> to + " of them, got " + copied);
    assertThat(copied).isEqualTo(BridgeFixture.numbers(1, to));
  }

  @Test
  void oneFollowsItAndTheNextOneGoesOnWhereThatOneWas() {
    String first = follow();
    origin.awaitStreams(1);
    follow();
    origin.publishNumbers("origin", 1, 10);
    awaitNumbers(10);
    assertThat(origin.bridge().openStreams()).isEqualTo(1);

    BridgeFixture.get(vertx.undeploy(first));
    origin.publishNumbers("origin", 11, 20);

    awaitNumbers(20);
    assertThat(origin.bridge().openStreams()).isEqualTo(1);
  }

  @Test
  void oneThatStandsByEndsWithoutHavingFollowed() {
    String first = follow();
    origin.awaitStreams(1);
    String second = follow();

    BridgeFixture.get(vertx.undeploy(second));
    origin.publishNumbers("origin", 1, 10);

    awaitNumbers(10);
    BridgeFixture.get(vertx.undeploy(first));
    assertThat(SourceGroup.states(vertx).fieldNames()).isEmpty();
  }

  @Test
  void oneThatStandsBySaysSo() {
    follow();
    origin.awaitStreams(1);
    String second = follow();
    SourceGroup group = Objects.requireNonNull(SourceGroup.of(vertx, second));

    assertThat(BridgeFixture.get(group.sources().list()).encode())
        .contains("\"name\":\"feed\"", "\"state\":\"standby\"", "\"open\":false");
    assertThat(SourceGroup.downTooLong(vertx)).isEmpty();
  }

  @Test
  void oneThatFindsTheMarkOfAnotherStopsAndTriesAgain() {
    follow();
    origin.awaitStreams(1);
    origin.publishNumbers("origin", 1, 10);
    awaitNumbers(10);
    AsyncMap<String, String> shared =
        BridgeFixture.get(vertx.sharedData().<String, String>getAsyncMap("sse-bridge.sources"));
    String key = BridgeFixture.get(shared.keys()).iterator().next();
    Deadline.await(
        () -> BridgeFixture.get(shared.get(key)).endsWith("-10"), () -> "that its place is kept");
    String kept = BridgeFixture.get(shared.get(key));

    BridgeFixture.get(shared.put(key, "another" + kept.substring(kept.indexOf('\n'))));

    origin.awaitEnds(1);
    origin.publishNumbers("origin", 11, 20);
    awaitNumbers(20);
  }

  private String followBy(Vertx node, String store) {
    SourceOptions source =
        new SourceOptions("http://127.0.0.1:" + origin.port() + "/feed?from=earliest", "copy")
            .setSingle(true)
            .setSingleBy(store)
            .setCursorEvery(Duration.ofMillis(1));
    return deploy(node, source);
  }

  /** A node, which is in no cluster, with a store that others have as well. */
  private Vertx node(HistoryStore store) {
    Vertx node = Vertx.vertx();
    nodes.add(node);
    BridgeFixture.get(store.start());
    StoreDirectory.of(node).add("shared", store);
    node.eventBus().<String>consumer("copy", message -> copied.add(message.body()));
    return node;
  }

  private String positionIn(HistoryStore store) {
    String key =
        "source feed@" + hashOf("http://127.0.0.1:" + origin.port() + "/feed?from=earliest");
    return String.valueOf(BridgeFixture.get(Objects.requireNonNull(store.lease(key)).value()));
  }

  private static String hashOf(String url) {
    return Base64.getEncoder().encodeToString(Sha256.of(url));
  }

  @Test
  void nodesWithoutAClusterAgreeInAStoreAndGoOnWhenAllWereGone() {
    MemoryStore kept = new MemoryStore(System::currentTimeMillis, 500);
    Vertx one = node(new MemoryStore(kept));
    Vertx other = node(new MemoryStore(kept));
    String first = followBy(one, "shared");
    origin.awaitStreams(1);
    String second = followBy(other, "shared");
    origin.publishNumbers("origin", 1, 10);
    awaitNumbers(10);
    assertThat(origin.bridge().openStreams()).isEqualTo(1);

    BridgeFixture.get(one.undeploy(first));
    origin.publishNumbers("origin", 11, 20);
    awaitNumbers(20);
    Deadline.await(() -> positionIn(kept).endsWith("-20"), () -> positionIn(kept));
    BridgeFixture.get(other.undeploy(second));
    origin.publishNumbers("origin", 21, 30);

    followBy(node(new MemoryStore(kept)), "shared");
    awaitNumbers(30);
  }

  @Test
  void oneThatDoesNotGoOnWithTheLeaseIsReplacedAndStops() {
    MemoryStore kept = new MemoryStore(System::currentTimeMillis, 500);
    FaultyStore frozen = new FaultyStore(new MemoryStore(kept));
    Vertx one = node(frozen);
    followBy(one, "shared");
    origin.awaitStreams(1);
    origin.publishNumbers("origin", 1, 10);
    awaitNumbers(10);
    Deadline.await(() -> positionIn(kept).endsWith("-10"), () -> positionIn(kept));

    frozen.freeze();
    followBy(node(new MemoryStore(kept)), "shared");
    origin.awaitStreams(2);
    frozen.thaw();
    origin.awaitEnds(1);
    origin.publishNumbers("origin", 11, 20);

    awaitNumbers(20);
  }
}
