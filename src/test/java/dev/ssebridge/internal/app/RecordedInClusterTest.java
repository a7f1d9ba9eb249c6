package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.Opened;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two nodes of a cluster in one process, which have one history. Each records what is published on
 * it, from the first message on: also where the cluster does not know yet that it listens.
 */
@Tag("slow")
class RecordedInClusterTest {
  private static final String CONFIG =
      "{'routes':{'t':{'path':'/t/:topic','address':'t.{topic}','history':{'store':'kept'}}}}";
  private static final int TOPICS = 20;
  private static final int MESSAGES = 200;

  private final MemoryStore kept = new MemoryStore(System::currentTimeMillis);
  private final Opened open = new Opened();
  private final ClusteredNodes nodes = open.add(new ClusteredNodes(2));
  private Vertx a;
  private Vertx b;

  @BeforeEach
  void join() throws Exception {
    a = nodes.join();
    b = nodes.join();
  }

  @AfterEach
  void end() {
    open.close();
  }

  private BridgeFixture bridge(Vertx vertx) {
    return open.add(BridgeFixture.withStores(vertx, CONFIG, Map.of("kept", new MemoryStore(kept))));
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
    List<String> all = BridgeFixture.numbers(1, MESSAGES);
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
    probe.awaitData("sent"); // its way is longer than that of what is recorded here
    Queue<Object> heard = new ConcurrentLinkedQueue<>();
    BridgeFixture.get(
        a.eventBus().consumer("t.a", message -> heard.add(message.body())).completion());
    b.eventBus().publish("t.a", "elsewhere");
    Deadline.await(() -> heard.contains("elsewhere"), () -> "it to come here, got " + heard);
    a.eventBus().publish("t.a", "last");
    probe.awaitData("last");
    assertThat(probe.data()).containsExactly("published", "sent", "last");
  }
}
