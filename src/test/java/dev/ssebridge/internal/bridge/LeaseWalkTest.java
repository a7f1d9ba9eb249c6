package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.FaultyStore;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three nodes, one of which records at a time what is published on all of them, as on a clustered
 * event bus; it stands still, is killed, hands over: every message is recorded once, in order, and
 * each node tells the same.
 */
@Tag("slow")
class LeaseWalkTest {
  private static final String CONFIG =
      "{'routes':{'n':{'path':'/n','address':'news','retry':'1s',"
          + "'history':{'store':'kept','record':'lease','events':100000}}},"
          + "'publish':{'n':{'path':'/p','address':'news'}}}";

  private static final String CHANNEL = "n news";
  private static final long LEASE = 300;

  private final MemoryStore kept = new MemoryStore(System::currentTimeMillis, LEASE);
  private final List<Node> nodes = new ArrayList<>();
  private final List<Node> gone = new ArrayList<>();
  private int published;

  /** One node; what is published while it stands still comes to it later. */
  private final class Node {
    final Vertx vertx = Vertx.vertx();
    final FaultyStore store = new FaultyStore(new MemoryStore(kept));
    final BridgeFixture bridge = BridgeFixture.withStores(vertx, CONFIG, Map.of("kept", store));
    final SseProbe probe;
    private final List<Runnable> late = new ArrayList<>();
    private boolean frozen;

    Node() {
      Deadline.await(() -> store.isOpen(CHANNEL), () -> "the channel to be open");
      probe = bridge.get("/n?from=earliest", "accept: text/event-stream");
    }

    void hear(@Nullable String id, String text) {
      Runnable message = () -> publish(id, text);
      if (frozen) {
        late.add(message);
      } else {
        message.run();
      }
    }

    private void publish(@Nullable String id, String text) {
      DeliveryOptions options = new DeliveryOptions();
      if (id != null) {
        options.addHeader(SseHeaders.MESSAGE_ID, id);
      }
      vertx.eventBus().publish("news", text, options);
    }

    void freeze() {
      frozen = true;
      store.freeze();
    }

    void thaw() {
      frozen = false;
      store.thaw();
      late.forEach(Runnable::run);
      late.clear();
    }

    boolean hasRole() {
      return records() || leases().getLong("standbyChannels") == 1;
    }

    boolean records() {
      return leases().getLong("heldChannels") == 1;
    }

    JsonObject leases() {
      return BridgeStats.of(bridge.channels())
          .getJsonObject("stores")
          .getJsonObject("kept")
          .getJsonObject("leases");
    }

    void close() {
      store.thaw();
      bridge.close();
      BridgeFixture.get(vertx.close());
    }
  }

  @AfterEach
  void end() {
    gone.forEach(Node::close);
    nodes.forEach(Node::close);
  }

  private void begin() {
    for (int i = 0; i < 3; i++) {
      nodes.add(new Node());
    }
    awaitHolder();
    awaitRoles();
  }

  /** Each that can know it knows whether it records or stands by. */
  private void awaitRoles() {
    Deadline.await(
        () -> nodes.stream().allMatch(node -> node.frozen || node.hasRole()),
        () -> "all nodes to record or to stand by");
  }

  private Node awaitHolder() {
    Node[] found = new Node[1];
    Deadline.await(
        () -> {
          for (Node node : nodes) {
            if (!node.frozen && node.records()) {
              found[0] = node;
            }
          }
          return found[0] != null;
        },
        () -> "a node that records");
    return found[0];
  }

  private Node anyBut(Node node) {
    return nodes.get(nodes.indexOf(node) == 0 ? 1 : 0);
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      published++;
      for (Node node : nodes) {
        node.hear("id" + published, "m" + published);
      }
    }
  }

  @Test
  void nothingIsLostOrDoubledWhoeverRecords() {
    walk(System.nanoTime(), 60);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @Tag("heavy")
  void norInLongerWalks(long seed) {
    walk(seed, 600);
  }

  private void walk(long seed, int steps) {
    System.out.println("lease walk of seed " + seed);
    begin();
    Random random = new Random(seed);
    for (int i = 0; i < steps; i++) {
      step(random);
    }
    nodes.forEach(Node::thaw);
    check();
  }

  private void step(Random random) {
    Node node = nodes.get(random.nextInt(3));
    boolean othersGoOn = nodes.stream().filter(other -> !other.frozen && other != node).count() > 0;
    switch (random.nextInt(16)) {
      case 0 -> {
        if (othersGoOn) {
          settle();
          node.freeze();
        }
      }
      case 1, 2 -> node.thaw();
      case 3 -> {
        if (othersGoOn) {
          settle();
          node.freeze(); // for ever
          replace(node);
        }
      }
      case 4 -> {
        if (othersGoOn && !node.frozen) {
          settle();
          node.bridge.close();
          replace(node);
        }
      }
      case 5 -> awaitHolder();
      case 6 -> again(random);
      default -> publish(1 + random.nextInt(30));
    }
  }

  /**
   * One thing at a time: what one node alone has kept is stored before that one fails, too. The
   * nodes that go on need no others for it.
   */
  private void settle() {
    Deadline.await(
        () -> nodes.stream().anyMatch(node -> node.probe.data().size() >= published),
        () -> published + " events on some node");
    awaitRoles();
  }

  /** Another node comes in the place of one that is gone. */
  private void replace(Node node) {
    gone.add(node);
    nodes.set(nodes.indexOf(node), new Node());
  }

  /** Somebody does not know what became of a message, and publishes it once more. */
  private void again(Random random) {
    if (published > 0) {
      int which = published - random.nextInt(Math.min(published, 20));
      nodes.forEach(node -> node.hear("id" + which, "m" + which));
    }
  }

  /** Every message is on every node, once and in the order in which they were published. */
  private void check() {
    List<String> all = BridgeFixture.numbers(1, published);
    for (Node node : nodes) {
      Deadline.await(
          () -> node.probe.data().size() >= all.size(),
          () -> all.size() + " events, got " + node.probe.data().size() + ": " + node.leases());
      assertThat(node.probe.gaps()).isEmpty();
      assertThat(node.probe.data()).isEqualTo(all);
      long last = 0;
      for (ServerSentEvent event : node.probe.events()) {
        assertThat(SseProbe.sequenceOf(String.valueOf(event.id()))).isEqualTo(++last);
      }
    }
    assertThat(
            new LinkedHashSet<>(
                nodes.get(0).probe.events().stream().map(ServerSentEvent::id).toList()))
        .hasSize(published);
  }

  @Test
  void aHolderThatStandsStillIsReplacedAndAddsNothingWhenItWakes() {
    begin();
    publish(10);
    Node first = awaitHolder();
    first.freeze();
    publish(10);
    Node second = awaitHolder();
    assertThat(second).isNotSameAs(first);
    publish(10);
    first.thaw();
    publish(10);

    check();
    Deadline.await(
        () -> first.leases().getLong("standbyChannels") == 1, () -> "it to stand by again");
    assertThat(second.leases().getLong("takenOver")).isEqualTo(1);
  }

  @Test
  void aHolderThatStopsHandsOver() {
    begin();
    publish(10);
    Node first = awaitHolder();
    publish(10);
    first.bridge.close();
    replace(first);
    publish(10);

    check();
  }

  @Test
  void oneThatComesWhenNobodyElseIsLeftTellsThatSomeMayBeMissing() {
    begin();
    publish(10);
    check();
    List.copyOf(nodes).forEach(Node::freeze); // for ever
    gone.addAll(nodes);
    nodes.clear();
    Node late = new Node();
    nodes.add(late);
    publish(5);

    Deadline.await(() -> late.probe.data().contains("m15"), () -> "what came last");
    assertOneUnknownGap(late);
  }

  private static void assertOneUnknownGap(Node node) {
    assertThat(node.probe.gaps())
        .singleElement()
        .satisfies(gap -> assertThat(gap.getString("reason")).isEqualTo("unknown"));
  }

  @Test
  void whatCameWithoutAnIdIsNotDoubledButToldWhenAnotherTakesOver() {
    begin();
    publish(5);
    Node first = awaitHolder();
    nodes.forEach(node -> node.hear(null, "nameless"));
    Node other = anyBut(first);
    Deadline.await(() -> other.probe.data().contains("nameless"), () -> "what the holder recorded");
    first.freeze();
    Node second = awaitHolder();
    publish(5);

    Deadline.await(() -> second.probe.data().contains("m10"), () -> "what came last");
    assertThat(second.probe.data().stream().filter("nameless"::equals)).hasSize(1);
    assertOneUnknownGap(second);
  }

  @Test
  void aPublisherOnANodeThatStandsByIsAnsweredWhenTheHolderHasStoredIt() {
    begin();
    Node first = awaitHolder();
    Node other = anyBut(first);
    // The bus of a cluster would bring it to all; here each node has its own.
    List<String> ids = new ArrayList<>();
    other
        .vertx
        .eventBus()
        .<String>localConsumer(
            "news",
            message -> {
              String id = String.valueOf(message.headers().get(SseHeaders.MESSAGE_ID));
              ids.add(id);
              nodes.stream()
                  .filter(node -> node != other)
                  .forEach(node -> node.hear(id, message.body()));
            });

    HttpCalls calls = new HttpCalls(other.bridge.port());
    assertThat(calls.post("/p", "posted", "content-type", "text/plain").statusCode())
        .isEqualTo(202);
    assertThat(ids).hasSize(1).doesNotContain("null");
    Deadline.await(() -> first.probe.data().contains("posted"), () -> "it on the other node");
    assertThat(first.probe.messages()).containsExactly("posted");
  }
}
