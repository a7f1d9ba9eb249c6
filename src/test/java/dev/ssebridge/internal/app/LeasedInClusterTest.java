package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.FaultyStore;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.Opened;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three nodes of a cluster in one process: one publishes and has no bridge, one of the two others
 * records at a time.
 */
@Tag("slow")
class LeasedInClusterTest {
  private static final String CONFIG =
      "{'routes':{'n':{'path':'/n','address':'news',"
          + "'history':{'store':'kept','record':'lease'}}},"
          + "'publish':{'n':{'path':'/p','address':'news'}}}";

  private final MemoryStore kept = new MemoryStore(System::currentTimeMillis, 500);
  private final Opened open = new Opened();
  private final ClusteredNodes nodes = open.add(new ClusteredNodes(3));

  @AfterEach
  void end() {
    open.close();
  }

  /** A bridge on a node, and its way to the store. */
  private final class Bridge {
    final FaultyStore store = new FaultyStore(new MemoryStore(kept));
    final BridgeFixture bridge;
    final SseProbe probe;

    Bridge(Vertx vertx) {
      bridge = open.add(BridgeFixture.withStores(vertx, CONFIG, Map.of("kept", store)));
      Deadline.await(() -> store.isOpen("n news"), () -> "the channel to be open");
      probe = bridge.get("/n?from=earliest", "accept: text/event-stream");
      probe.awaitOpen();
    }

    boolean standsBy() {
      JsonObject stores = bridge.bridge().stats().getJsonObject("stores");
      return stores.getJsonObject("kept").getJsonObject("leases").getInteger("standbyChannels")
          == 1;
    }

    int post(String text) {
      return new HttpCalls(bridge.port())
          .post("/p", text, "content-type", "text/plain")
          .statusCode();
    }
  }

  private static void publish(Vertx from, int first, int last) {
    for (int i = first; i <= last; i++) {
      from.eventBus()
          .publish(
              "news", "m" + i, new DeliveryOptions().addHeader(SseHeaders.MESSAGE_ID, "id" + i));
    }
  }

  @Test
  void whatANodeWithoutABridgePublishesIsRecordedOnceWhoeverHasTheLease() throws Exception {
    Vertx a = nodes.join();
    Bridge first = new Bridge(a);
    publish(a, 1, 1);
    first.probe.awaitData("m1"); // so this one has the lease
    Bridge second = new Bridge(nodes.join());
    Vertx publisher = nodes.join();
    publish(publisher, 2, 500);
    second.probe.awaitData("m500");
    // Who takes over without having stood by cannot know what it came too late for.
    Deadline.await(second::standsBy, () -> "the second one to stand by");

    first.store.freeze();
    publish(publisher, 501, 1000);
    second.probe.awaitData("m1000");
    assertThat(second.post("posted")).isEqualTo(202);
    first.store.thaw();
    assertThat(first.post("late")).isEqualTo(202);

    List<String> all = new ArrayList<>(BridgeFixture.numbers(1, 1000));
    all.add("posted");
    all.add("late");
    for (Bridge each : List.of(first, second)) {
      each.probe.awaitData("late");
      assertThat(each.probe.data()).isEqualTo(all);
      assertThat(each.probe.gaps()).isEmpty();
    }
  }
}
