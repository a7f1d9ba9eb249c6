package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.FaultyStore;
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
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Three nodes of a cluster in one process: one publishes and has no bridge, one of the two others
 * records at a time.
 */
class LeasedInClusterTest {
  private static final String CONFIG =
      "{'routes':{'n':{'path':'/n','address':'news',"
          + "'history':{'store':'kept','record':'lease'}}},"
          + "'publish':{'n':{'path':'/p','address':'news'}}}";

  private final MemoryStore kept = new MemoryStore(System::currentTimeMillis, 500);
  private final List<AutoCloseable> open = new ArrayList<>();

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

  /** A bridge on a node, and its way to the store. */
  private final class Bridge {
    final FaultyStore store = new FaultyStore(new MemoryStore(kept));
    final BridgeFixture bridge;
    final SseProbe probe;

    Bridge(Vertx vertx) {
      bridge = BridgeFixture.withStores(vertx, CONFIG, Map.of("kept", store));
      open.add(bridge);
      Deadline.await(() -> store.isOpen("n news"), () -> "the channel to be open");
      probe = bridge.get("/n?from=earliest", "accept: text/event-stream");
      probe.awaitOpen();
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
    List<Integer> ports = List.of(freePort(), freePort(), freePort());
    String name = UUID.randomUUID().toString();
    Vertx a = node(name, ports, 0);
    Bridge first = new Bridge(a);
    publish(a, 1, 1);
    first.probe.awaitData("m1"); // so this one has the lease
    Bridge second = new Bridge(node(name, ports, 1));
    Vertx publisher = node(name, ports, 2);
    publish(publisher, 2, 500);
    second.probe.awaitData("m500");

    first.store.freeze();
    publish(publisher, 501, 1000);
    second.probe.awaitData("m1000");
    SseProbe post =
        second
            .bridge
            .request("POST", "/p", "content-type: text/plain", "content-length: 6")
            .send("posted");
    assertThat(post.awaitEnd().status()).isEqualTo(202);
    first.store.thaw();
    SseProbe late =
        first
            .bridge
            .request("POST", "/p", "content-type: text/plain", "content-length: 4")
            .send("late");
    assertThat(late.awaitEnd().status()).isEqualTo(202);

    List<String> all =
        new ArrayList<>(IntStream.rangeClosed(1, 1000).mapToObj(i -> "m" + i).toList());
    all.add("posted");
    all.add("late");
    for (Bridge each : List.of(first, second)) {
      each.probe.awaitData("late");
      assertThat(each.probe.data()).isEqualTo(all);
      assertThat(each.probe.events()).noneMatch(event -> "sse.gap".equals(event.type()));
    }
  }
}
