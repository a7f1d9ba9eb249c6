package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two nodes of a cluster in one process, each of which follows the same remote bridge for those
 * topics that its own subscribers listen to.
 */
@Tag("slow")
class TopicsOfNodesTest {
  private static final String ROUTES =
      "'routes':{'topics':{'path':'/topics/:topic','address':'topics.{topic}','retry':50}}";
  private static final int LINGER = 300;
  private static final int MESSAGES = 300;

  private final List<AutoCloseable> open = new ArrayList<>();
  private BridgeFixture upstream;
  private Node a;
  private Node b;

  /** A node, which is a bridge with the source. */
  private final class Node {
    final Vertx vertx;
    final BridgeFixture bridge;

    Node(String name, List<Integer> ports, int number) throws Exception {
      vertx = join(name, ports, number);
      bridge = closing(BridgeFixture.deploy(vertx, "{" + ROUTES + "}"));
      String source =
          "'sources':{'up':{'url':'http://127.0.0.1:%d/topics/:topic','address':'topics.{topic}',"
              + "'linger':%d}}";
      JsonObject config =
          BridgeFixture.json("{" + ROUTES + "," + source.formatted(upstream.port(), LINGER) + "}");
      BridgeFixture.get(
          vertx.deployVerticle(new SseClientVerticle(), new DeploymentOptions().setConfig(config)));
    }

    /** Waits until whatever this node has published comes to those of the other one, too. */
    void flush(List<SseProbe> there) {
      String text = "flush " + UUID.randomUUID();
      for (SseProbe each : there) {
        Deadline.await(
            () -> {
              bridge.publish("topics.a", text); // others learn of a consumer with a delay
              return each.data().contains(text);
            },
            () -> "what the other node has published");
      }
    }
  }

  @BeforeEach
  void join() throws Exception {
    Vertx alone = Vertx.vertx();
    closing(() -> BridgeFixture.get(alone.close()));
    upstream = closing(BridgeFixture.deploy(alone, "{" + ROUTES + "}"));
    List<Integer> ports = List.of(freePort(), freePort());
    String name = UUID.randomUUID().toString();
    a = new Node(name, ports, 0);
    b = new Node(name, ports, 1);
  }

  @AfterEach
  void end() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private <T extends AutoCloseable> T closing(T opened) {
    open.add(opened);
    return opened;
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Vertx join(String name, List<Integer> ports, int number) throws Exception {
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
    closing(() -> BridgeFixture.get(vertx.close()));
    return vertx;
  }

  /** How many streams there were ever upstream. */
  private long opened() {
    return upstream.route("topics").counters().opened();
  }

  /** The numbered messages, without what the nodes tell of themselves. */
  private static List<String> messages(SseProbe probe) {
    return probe.data().stream().filter(data -> data.matches("m\\d+")).toList();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "m" + i).toList();
  }

  /** Sends events upstream, and waits until all of these have the last, and any that come twice. */
  private void send(int from, int to, List<SseProbe> onA, List<SseProbe> onB) {
    upstream.publishNumbers("topics.a", from, to);
    onA.forEach(probe -> probe.awaitData("m" + to));
    onB.forEach(probe -> probe.awaitData("m" + to));
    a.flush(onB);
    b.flush(onA);
  }

  @Test
  void eachBrowserGetsEachEventOnceAndUpstreamHasOneStreamForEachNode() {
    List<SseProbe> onA = List.of(a.bridge.open("/topics/a"), a.bridge.open("/topics/a"));
    List<SseProbe> onB = List.of(b.bridge.open("/topics/a"), b.bridge.open("/topics/a"));
    upstream.awaitStreams(2);
    send(1, MESSAGES, onA, onB);

    for (List<SseProbe> each : List.of(onA, onB)) {
      each.forEach(probe -> assertThat(messages(probe)).isEqualTo(numbers(1, MESSAGES)));
    }
    assertThat(opened()).isEqualTo(2);
    assertThat(upstream.channels().openStreams()).isEqualTo(2);
  }

  @Test
  void theStreamOfANodeEndsAfterTheLastHasLeftItAndThatOfTheOtherGoesOn() {
    SseProbe leaves = a.bridge.open("/topics/a");
    SseProbe leavesLater = a.bridge.open("/topics/a");
    SseProbe stays = b.bridge.open("/topics/a");
    upstream.awaitStreams(2);
    send(1, 100, List.of(leaves, leavesLater), List.of(stays));
    leaves.close();
    a.bridge.awaitStreams(1);
    send(101, 200, List.of(leavesLater), List.of(stays));
    assertThat(messages(leavesLater)).isEqualTo(numbers(1, 200));
    assertThat(upstream.awaitEnds(0)).as("ends while one is still there").isEmpty();

    long left = System.nanoTime();
    leavesLater.close();
    upstream.awaitEnds(1);
    long after = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - left);
    assertThat(after).isGreaterThanOrEqualTo(LINGER);
    send(201, 300, List.of(), List.of(stays));
    assertThat(messages(stays)).isEqualTo(numbers(1, 300));
    assertThat(upstream.awaitEnds(1)).hasSize(1);
    assertThat(opened()).isEqualTo(2);

    SseProbe comes = a.bridge.open("/topics/a");
    upstream.awaitStreams(2);
    send(301, 400, List.of(comes), List.of(stays));
    assertThat(messages(stays)).isEqualTo(numbers(1, 400));
    assertThat(messages(comes)).endsWith(numbers(301, 400).toArray(String[]::new));
    assertThat(messages(comes)).doesNotHaveDuplicates();
    assertThat(opened()).isEqualTo(3);
  }
}
