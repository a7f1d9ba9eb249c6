package dev.ssebridge.internal.app;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.BridgeProcess;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HistoryLedger;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.Installed;
import dev.ssebridge.testing.RedisServer;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.TcpProxy;
import dev.ssebridge.testing.Wanderers;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Two bridges in a cluster, one of which records at a time what a third member publishes that has
 * no bridge, and readers who come to any of the two.
 */
final class LeasedNodes implements AutoCloseable, Supplier<String> {
  private static final Duration PATIENCE = Deadline.PATIENCE.multipliedBy(4);
  private static final int NODES = 2;
  private static final int READERS = 6;
  private static final int TICK = 10;
  private static final int LONGEST_TAIL = 200;
  private static final String NAME = "bus-";

  private static final String CONFIG =
      """
      {"http": {"drain": "1s"},
       "routes": {
         "n": {"path": "/n", "address": "news", "heartbeat": "1s",
           "history": {"store": "redis", "record": "lease", "heap": "8MiB", "events": 1000000,
             "bytes": "256MiB"}},
         "bus": {"path": "/bus", "address": "news"}},
       "publish": {"p": {"path": "/p", "address": "news"}},
       "limits": {"retained": "32MiB"}}
      """;

  /** It warns of each message for a node that was killed, with a stack trace. */
  private static final Logger BUS =
      Logger.getLogger("io.vertx.core.eventbus.impl.clustered.ClusteredEventBus");

  /** A bridge, its wire to Redis, and where it says how it is. */
  record Node(BridgeProcess bridge, TcpProxy wire, int admin) {
    /** Returns once it serves, and says how it is. */
    void awaitServing() {
      bridge.awaitServing();
      Deadline.await(PATIENCE, () -> Installed.listens(admin), () -> "it to say how it is");
    }

    boolean records() {
      return leases("heldChannels") == 1;
    }

    boolean standsBy() {
      return leases("standbyChannels") == 1;
    }

    private long leases(String key) {
      return new JsonObject(new HttpCalls(admin).text("/stats").body())
          .getJsonObject("stores")
          .getJsonObject("redis")
          .getJsonObject("leases")
          .getLong(key);
    }
  }

  final Wanderers people;
  final RedisServer redis;
  private final List<Node> nodes = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Vertx member;

  // only the context that publishes
  private double due;
  private boolean isQuiet;
  private volatile long published;

  /**
   * @param perSecond so many messages, about, are published
   */
  LeasedNodes(Path directory, Random random, int perSecond) throws Exception {
    BUS.setLevel(Level.OFF);
    try {
      redis = closing(RedisServer.start());
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i <= NODES; i++) {
        ports.add(Installed.portToComeBackTo());
      }
      for (int i = 1; i <= NODES; i++) {
        nodes.add(node(directory, ports, i));
      }
      member = join(ports);
      people =
          closing(new Wanderers(nodes.stream().map(each -> each.bridge.port()).toList(), random));
      nodes.forEach(Node::awaitServing);
      people.readers(READERS / 2, 700).readers(READERS / 2, 0);
      member.setPeriodic(TICK, id -> publish(perSecond * TICK / 1000.0));
      Node first = awaitHolder(nodes);
      awaitReady(other(first));
    } catch (AssertionError | Exception failed) {
      close();
      throw failed;
    }
  }

  private <T extends AutoCloseable> T closing(T opened) {
    open.add(opened);
    return opened;
  }

  private static JsonObject cluster(List<Integer> ports, int number) {
    return new JsonObject()
        .put("name", "leased-" + ports.get(0))
        .put("host", "127.0.0.1")
        .put("port", ports.get(number))
        .put("members", ports.stream().map(port -> "127.0.0.1:" + port).toList())
        .put("minNodes", number == 0 ? 1 : 2);
  }

  private Vertx join(List<Integer> ports) throws Exception {
    JsonObject whole = new JsonObject().put("cluster", cluster(ports, 0));
    ClusterNode node = ClusterNode.of(Objects.requireNonNull(BridgeConfig.read(whole).cluster()));
    Vertx vertx = node.join(Vertx.builder());
    closing(() -> BridgeFixture.get(vertx.close()));
    return vertx;
  }

  private Node node(Path directory, List<Integer> ports, int number) {
    TcpProxy wire = closing(new TcpProxy(redis.port()));
    int admin = Installed.portToComeBackTo();
    JsonObject store =
        new JsonObject()
            .put("urls", new JsonArray().add("redis://127.0.0.1:" + wire.port()))
            .put("timeout", "2s")
            .put("ping", "500ms");
    JsonObject config =
        new JsonObject(CONFIG)
            .put("admin", new JsonObject().put("port", admin).put("auth", "none"))
            .put("cluster", cluster(ports, number))
            .put("stores", new JsonObject().put("redis", store));
    return new Node(closing(BridgeProcess.start(directory, "node" + number, config)), wire, admin);
  }

  // What is published

  private static String text(long number) {
    return NAME + number + " " + "x".repeat((int) (number * 31 % LONGEST_TAIL));
  }

  private void publish(double more) {
    if (isQuiet) {
      return;
    }
    for (due += more; due >= 1; due--) {
      long number = published + 1;
      String text = text(number);
      people.ledger().published(text);
      member
          .eventBus()
          .publish(
              "news", text, new DeliveryOptions().addHeader(SseHeaders.MESSAGE_ID, NAME + number));
      people.ledger().acknowledged(text, null);
      published = number;
    }
  }

  /** How many messages the member without a bridge has published. */
  long published() {
    return published;
  }

  /** Returns once all readers have so many messages more than are published by now. */
  void awaitMore(int count) {
    awaitRead(awaitPublished(count));
  }

  /** Returns once so many messages more are published; the number of the last. */
  long awaitPublished(int count) {
    long number = published + count;
    Deadline.await(PATIENCE, () -> published >= number, () -> number + " messages");
    return number;
  }

  private void awaitRead(long number) {
    String text = text(number);
    Deadline.await(
        PATIENCE,
        () -> people.ledger().haveAll(text),
        () -> "all readers to have " + people.ledger().without(text) + "\n" + get());
  }

  /** Publishes no more, and returns once all readers have all. */
  void quiet() {
    Promise<Void> quiet = Promise.promise();
    member.runOnContext(
        v -> {
          isQuiet = true;
          quiet.complete();
        });
    BridgeFixture.get(quiet.future());
    awaitRead(published);
  }

  // Who records

  /** The one that records. */
  Node holder() {
    return awaitHolder(nodes);
  }

  /** The one that is not this. */
  Node other(Node than) {
    return nodes.get(nodes.get(0).equals(than) ? 1 : 0);
  }

  private Node awaitHolder(List<Node> among) {
    Node[] found = new Node[1];
    Deadline.await(
        PATIENCE,
        () -> {
          found[0] = among.stream().filter(Node::records).findFirst().orElse(null);
          return found[0] != null;
        },
        () -> "one that records\n" + get());
    return found[0];
  }

  /** Returns once this one records. */
  void awaitHolding(Node node) {
    awaitHolder(List.of(node));
  }

  /** Returns once this one could take over, and would lack nothing. */
  void awaitReady(Node node) {
    Deadline.await(PATIENCE, node::standsBy, () -> "one that stands by\n" + get());
    // What came before the first message that it hears is in Redis when readers have that.
    try (SseProbes probes = new SseProbes()) {
      ServerSentEvent heard =
          probes
              .get(node.bridge.port(), "/bus")
              .awaitEvent(event -> String.valueOf(event.data()).startsWith(NAME));
      String number = String.valueOf(heard.data()).substring(NAME.length()).split(" ", 2)[0];
      awaitRead(Long.parseLong(number));
    }
  }

  /** What this one tells of the whole history, gaps left out, as ids and data. */
  List<ServerSentEvent> history(Node node, String last) {
    try (SseProbes probes = new SseProbes()) {
      SseProbe probe = probes.get(node.bridge.port(), "/n?from=earliest");
      probe.awaitData(last);
      return probe.events();
    }
  }

  /** What was published by all, when it is over, and the account of the readers. */
  HistoryLedger end() {
    quiet();
    return people.end(this);
  }

  Stream<Node> all() {
    return nodes.stream();
  }

  /** How many appends Redis has refused because somebody else may append. */
  String fenced() {
    return redis
        .call("INFO", "errorstats")
        .lines()
        .filter(line -> line.startsWith("errorstat_FENCED"))
        .findFirst()
        .map(line -> line.substring(line.indexOf('=') + 1).strip())
        .orElse("0");
  }

  /** What the nodes have said of who records, and of what may be missing. */
  String records() {
    StringBuilder text = new StringBuilder();
    nodes.forEach(
        node ->
            node.bridge
                .log()
                .lines()
                .filter(line -> line.matches(".*( records it|missing|missed|starting with).*"))
                .forEach(line -> text.append("\n").append(node.admin).append(' ').append(line)));
    return text.toString();
  }

  @Override
  public String get() {
    StringBuilder text = new StringBuilder();
    nodes.forEach(node -> text.append("\n---\n").append(node.bridge.lastOfLog()));
    return text.toString();
  }

  @Override
  public void close() {
    for (int i = open.size() - 1; i >= 0; i--) {
      try {
        open.get(i).close();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    open.clear();
    BUS.setLevel(null);
  }
}
