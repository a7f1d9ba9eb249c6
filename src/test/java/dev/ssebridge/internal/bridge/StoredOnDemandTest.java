package dev.ssebridge.internal.bridge;

import static dev.ssebridge.testing.BridgeFixture.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.HistoryOptions;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.internal.fanout.DropCause;
import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.FaultyStore;
import dev.ssebridge.testing.Opened;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A route with parameters and a store records what is published, whoever listens. */
class StoredOnDemandTest {
  private static final String CONFIG =
      "{'routes':{'t':{'path':'/t/:topic','address':'t.{topic}',"
          + "'history':{'store':'kept'},'limits':{'channels':4}}}}";

  private final MemoryStore kept = new MemoryStore(System::currentTimeMillis);
  private final Opened open = new Opened();

  private Vertx vertx = Vertx.vertx();
  private BridgeFixture bridge;

  @BeforeEach
  void begin() {
    bridge = node(kept, CONFIG);
  }

  @AfterEach
  void end() {
    open.close();
  }

  private BridgeFixture node(MemoryStore store, String config) {
    return open.add(
        BridgeFixture.withStores(open.add(vertx), config, Map.of("kept", new FaultyStore(store))));
  }

  private long unrecorded() {
    return bridge.route("t").counters().dropped(DropCause.CHANNELS);
  }

  @Test
  void whatIsPublishedBeforeAnybodyListensIsInTheHistory() {
    bridge.publishNumbers("t.a", 1, 100);
    SseProbe first = bridge.get("/t/a?from=earliest");
    first.awaitData("m100");
    assertThat(first.data()).isEqualTo(numbers(1, 100));
  }

  @Test
  void whatIsPublishedBetweenARestartAndTheReturnOfABrowserIsNotLost() {
    bridge.publishNumbers("t.a", 1, 10);
    String id = bridge.get("/t/a?from=earliest").awaitEvents(4).get(3).id();
    bridge.awaitHead("t", 10);
    end();
    vertx = Vertx.vertx();
    bridge = node(new MemoryStore(kept), CONFIG);
    bridge.publishNumbers("t.a", 11, 20);
    SseProbe back = bridge.get("/t/a", "Last-Event-ID: " + id);
    back.awaitData("m20");
    assertThat(back.data()).isEqualTo(numbers(5, 20));
    assertThat(back.header("sse-resume")).isEqualTo("complete");
  }

  @Test
  void aNodeWithoutSubscribersRecordsWhatItsApplicationPublishesForThoseOfOthers() {
    vertx = Vertx.vertx();
    BridgeFixture other = node(new MemoryStore(kept), CONFIG);
    SseProbe there = other.open("/t/a");
    bridge.publishNumbers("t.a", 1, 50);
    there.awaitData("m50");
    assertThat(there.data()).isEqualTo(numbers(1, 50));
  }

  @Test
  void theFirstOfManyPublishersAtOnceIsRecordedAsTheLast() throws Exception {
    List<Thread> publishers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int from = i * 1000;
      Thread thread = new Thread(() -> bridge.publishNumbers("t.a", from + 1, from + 1000));
      publishers.add(thread);
      thread.start();
    }
    for (Thread thread : publishers) {
      thread.join();
    }
    bridge.awaitHead("t", 8000);
    SseProbe all = bridge.get("/t/a?from=earliest");
    Deadline.await(() -> all.events().size() >= 8000, () -> "8,000, got " + all.events().size());
    assertThat(all.data()).hasSize(8000).doesNotHaveDuplicates();
  }

  @Test
  void fromALoopOrAWorkerTheFirstMessageIsRecordedToo() {
    Future<Object> onLoop =
        Future.future(
            done ->
                vertx.runOnContext(
                    v -> {
                      bridge.publish("t.a", "of a loop");
                      done.complete();
                    }));
    BridgeFixture.get(onLoop);
    BridgeFixture.get(
        vertx.executeBlocking(
            () -> {
              bridge.publish("t.b", "of a worker");
              return null;
            }));
    bridge.get("/t/a?from=earliest").awaitData("of a loop");
    bridge.get("/t/b?from=earliest").awaitData("of a worker");
  }

  @Test
  void whatIsSentToOneReceiverIsNotForTheHistory() {
    ReplyException failed =
        (ReplyException)
            vertx
                .eventBus()
                .request("t.a", "question")
                .toCompletionStage()
                .toCompletableFuture()
                .handle((answer, failure) -> failure)
                .join();
    assertThat(failed.failureType()).isEqualTo(ReplyFailure.NO_HANDLERS);
    assertThat(bridge.route("t").channels().all()).isEmpty();
  }

  @Test
  void whatFindsAsManyChannelsAsThereMayBeIsCountedAndGoesItsWayAllTheSame() {
    Queue<Object> heard = new ConcurrentLinkedQueue<>();
    vertx.eventBus().consumer("t.c", message -> heard.add(message.body()));
    for (String topic : List.of("a", "b")) {
      bridge.publish("t." + topic, "m1");
      bridge.get("/t/" + topic + "?from=earliest").awaitData("m1");
    }
    bridge.publishNumbers("t.c", 1, 3);
    Deadline.await(() -> heard.size() == 3, () -> "three messages, got " + heard);
    assertThat(unrecorded()).isEqualTo(3);
    assertThat(bridge.bridge().stats().getLong("droppedMessages")).isEqualTo(3);
  }

  @Test
  void aChannelThatNobodyUsesGivesWayAndIsOpenedAgain() {
    for (int round = 1; round <= 5; round++) {
      for (String topic : List.of("a", "b", "c", "d")) {
        bridge.publish("t." + topic, "m" + round);
        BridgeFixture.get(bridge.channels().appended());
      }
    }
    SseProbe all = bridge.get("/t/a?from=earliest");
    all.awaitData("m5");
    assertThat(all.data()).isEqualTo(numbers(1, 5));
    assertThat(unrecorded()).isZero();
  }

  @Test
  void whatNoRouteTakesOpensNothing() {
    bridge.publish("t.", "empty");
    bridge.publish("t.a.b", "two");
    bridge.publish("other", "other");
    bridge.publish("t." + "x".repeat(5000), "long");
    bridge.publish("t.a", "m1");
    bridge.awaitHead("t", 1);
    assertThat(bridge.route("t").channels().all()).hasSize(1);
    assertThat(unrecorded()).isZero();
  }

  @Test
  void aRouteThatIsRemovedRecordsNothingMore() {
    RouteOptions options =
        new RouteOptions("/t/:topic", "t.{topic}")
            .setHistory(new HistoryOptions().setStore("kept"));
    bridge.publish("t.a", "m1");
    bridge.awaitHead("t", 1);
    BridgeFixture.get(bridge.bridge().removeRoute("t"));
    bridge.publish("t.a", "m2");
    BridgeFixture.get(bridge.bridge().addRoute("t", options));
    bridge.publish("t.a", "m3");
    bridge.awaitHead("t", 2);
    SseProbe all = bridge.get("/t/a?from=earliest");
    all.awaitData("m3");
    assertThat(all.data()).containsExactly("m1", "m3");
  }
}
