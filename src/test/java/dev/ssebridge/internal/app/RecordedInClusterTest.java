package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two nodes of a cluster in one process, which have one history. Each records what is published on
 * it, from the first message on: also where the cluster does not know yet that it listens.
 */
class RecordedInClusterTest {
  private static final String CONFIG =
      "{'routes':{'t':{'path':'/t/:topic','address':'t.{topic}','history':{'store':'kept'}}}}";
  private static final int TOPICS = 20;
  private static final int MESSAGES = 200;

  private final MemoryStore kept = new MemoryStore(System::currentTimeMillis);
  private final List<AutoCloseable> open = new ArrayList<>();
  private Vertx a;
  private Vertx b;

  @BeforeEach
  void join() throws Exception {
    List<Integer> ports = List.of(freePort(), freePort());
    String name = UUID.randomUUID().toString();
    a = node(name, ports, 0);
    b = node(name, ports, 1);
  }

  @AfterEach
  void end() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Vertx node(String name, List<Integer> ports, int number) throws Exception {
    JsonObject cluster =
        new JsonObject()
            .put("name", name)
            .put("host", "127.0.0.1")
            .put("port", ports.get(number))
            .put("members", ports.stream().map(port -> "127.0.0.1:" + port).toList())
            .put("minNodes", number + 1);
    JsonObject whole = new JsonObject().put("cluster", cluster);
    ClusterNode node = ClusterNode.of(Objects.requireNonNull(BridgeConfig.read(whole).cluster()));
    Vertx vertx = node.join(Vertx.builder());
    open.add(() -> BridgeFixture.get(vertx.close()));
    return vertx;
  }

  private BridgeFixture bridge(Vertx vertx) {
    BridgeFixture bridge =
        BridgeFixture.withStores(vertx, CONFIG, Map.of("kept", new MemoryStore(kept)));
    open.add(bridge);
    return bridge;
  }

  @Test
  void theFirstMessageOfATopicIsRecordedOnceThoughOthersListenToIt() {
    BridgeFixture there = bridge(b);
    Queue<Object> heard = new ConcurrentLinkedQueue<>();
    for (int topic = 0; topic < TOPICS; topic++) {
      BridgeFixture.get(
          b.eventBus().consumer("t." + topic, message -> heard.add(message.body())).completion());
    }
    for (int topic = 0; topic < TOPICS; topic++) {
      a.eventBus().publish("t." + topic, "before there is a bridge");
    }
    Deadline.await(() -> heard.size() == TOPICS, () -> "the first ones, got " + heard.size());
    heard.clear(); // the node knows those who listen to these addresses from now on
    BridgeFixture here = bridge(a);
    List<SseProbe> probes =
        IntStream.range(0, TOPICS).mapToObj(topic -> there.open("/t/" + topic)).toList();
    for (int topic = 0; topic < TOPICS; topic++) {
      here.publishNumbers("t." + topic, 1, MESSAGES);
    }
    List<String> all = IntStream.rangeClosed(1, MESSAGES).mapToObj(i -> "m" + i).toList();
    for (SseProbe probe : probes) {
      probe.awaitData("m" + MESSAGES);
      assertThat(probe.data()).isEqualTo(all);
    }
    Deadline.await(
        () -> heard.size() >= TOPICS * MESSAGES, () -> "all messages, got " + heard.size());
    assertThat(heard).hasSize(TOPICS * MESSAGES);
  }

  @Test
  void optionsThatAPublisherUsesAgainStayAsTheyAre() {
    BridgeFixture here = bridge(a);
    DeliveryOptions always = new DeliveryOptions().addHeader("sse-event", "news");
    for (int i = 1; i <= MESSAGES; i++) {
      a.eventBus().publish("t.a", "m" + i, always);
    }
    SseProbe probe = here.get("/t/a?from=earliest");
    probe.awaitData("m" + MESSAGES);
    assertThat(probe.data()).hasSize(MESSAGES);
    assertThat(always.getHeaders().names()).containsExactly("sse-event");
  }

  @Test
  void whatIsSentToOneReceiverIsTakenAsBefore() {
    BridgeFixture here = bridge(a);
    SseProbe probe = here.open("/t/a");
    a.eventBus().publish("t.a", "published");
    a.eventBus().send("t.a", "sent");
    b.eventBus().publish("t.a", "elsewhere");
    a.eventBus().publish("t.a", "last");
    probe.awaitData("last");
    assertThat(probe.data()).contains("published", "sent", "last").doesNotContain("elsewhere");
    assertThat(probe.data()).hasSize(3);
  }
}
