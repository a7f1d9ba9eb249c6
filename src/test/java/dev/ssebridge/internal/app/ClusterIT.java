package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.Installed;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a cluster on this machine, each a process of the packaged program. */
@Timeout(300)
class ClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Of which one more than there are nodes. */
  private static final int PORTS = 4;

  @TempDir Path directory;

  private final HttpClient client = HttpCalls.client();
  private final List<FatJar> programs = new ArrayList<>();
  private final List<Integer> ports = Installed.portsToComeBackTo(PORTS);

  /** A node: the program, where it serves, and where it says how it is. */
  private record Node(FatJar program, String url, String admin) {}

  @AfterEach
  void end() {
    programs.forEach(FatJar::close);
  }

  private String config() throws IOException {
    JsonObject topics =
        new JsonObject().put("path", "/topics/:topic").put("address", "topics.{topic}");
    List<String> members = ports.subList(0, 3).stream().map(port -> "127.0.0.1:" + port).toList();
    JsonObject config =
        new JsonObject()
            .put("http", new JsonObject().put("port", 0))
            .put("limits", new JsonObject().put("retained", "16MiB"))
            .put("admin", new JsonObject().put("port", 0).put("auth", "none"))
            .put("routes", new JsonObject().put("topics", topics))
            .put("publish", new JsonObject().put("topics", topics))
            .put(
                "cluster",
                new JsonObject()
                    .put("name", "test-" + ports.get(0))
                    .put("host", "127.0.0.1")
                    .put("members", members)
                    .put("frozen", "2s"));
    return Files.writeString(directory.resolve("bridge.json"), config.encode()).toString();
  }

  private FatJar start(int number, String... settings) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(config()));
    arguments.addAll(List.of("--set", "cluster.port=" + ports.get(number)));
    for (String set : settings) {
      arguments.addAll(List.of("--set", set));
    }
    FatJar program = FatJar.runCluster(directory, arguments.toArray(String[]::new));
    programs.add(program);
    return program;
  }

  private Node node(int number, String... settings) throws Exception {
    FatJar program = start(number, settings);
    String url = program.awaitListening();
    String line = program.awaitLine("admin port: ");
    String admin = line.substring(line.indexOf("http://"), line.indexOf(" ("));
    return new Node(program, url, admin);
  }

  private static HttpCalls calls(String url) {
    return new HttpCalls(URI.create(url).getPort());
  }

  private static int nodes(Node node) {
    String body = calls(node.admin()).text("/ready").body();
    for (Object check : new JsonObject(body).getJsonArray("checks")) {
      if (check instanceof JsonObject part && part.getString("id").equals("cluster")) {
        return part.getJsonObject("data").getInteger("nodes");
      }
    }
    throw new AssertionError(body);
  }

  private static void awaitNodes(Node node, int number) {
    Deadline.await(PATIENCE, () -> nodes(node) == number, () -> number + " nodes");
  }

  /** The data of what comes on a topic, from when it is open. */
  private Queue<String> read(Node node, String topic) throws Exception {
    Queue<String> data = new ConcurrentLinkedQueue<>();
    CompletableFuture<Void> open = new CompletableFuture<>();
    Stream<String> lines =
        client
            .sendAsync(
                HttpRequest.newBuilder(URI.create(node.url() + "/topics/" + topic)).build(),
                BodyHandlers.ofLines())
            .get(60, TimeUnit.SECONDS)
            .body();
    Thread reader =
        new Thread(
            () -> {
              try (lines) {
                lines.forEach(
                    line -> {
                      if (line.startsWith("id: ")) {
                        open.complete(null);
                      } else if (line.startsWith("data: ")) {
                        data.add(line.substring("data: ".length()));
                      }
                    });
              } catch (UncheckedIOException killed) {
                data.add("(cut off)");
              }
            },
            "reader of " + topic);
    reader.setDaemon(true);
    reader.start();
    open.get(60, TimeUnit.SECONDS);
    return data;
  }

  private static void publish(Node node, String topic, String text) {
    assertThat(
            calls(node.url())
                .post("/topics/" + topic, text, "content-type", "text/plain")
                .statusCode())
        .isEqualTo(202);
  }

  /** Others learn of a consumer with a delay, so that the first messages may not be for it. */
  private static void publishUntilOneComes(Node node, String topic, Queue<String> data) {
    AtomicInteger number = new AtomicInteger();
    Deadline.await(
        PATIENCE,
        () -> {
          publish(node, topic, "first " + number.getAndIncrement());
          return !data.isEmpty();
        },
        () -> "that anything comes");
  }

  @Test
  void whatIsPublishedOnOneNodeReachesAReaderOnAnotherInOrder() throws Exception {
    Node a = node(0);
    Node b = node(1, "cluster.minNodes=2");
    awaitNodes(a, 2);
    Queue<String> data = read(b, "x");
    publishUntilOneComes(a, "x", data);

    for (int i = 0; i < 100; i++) {
      publish(a, "x", "n" + i);
    }

    Deadline.await(PATIENCE, () -> data.contains("n99"), () -> "the last one");
    assertThat(data.stream().filter(each -> each.startsWith("n")).toList())
        .isEqualTo(numbers(0, 100));
  }

  @Test
  void aNodeThatLeavesInOrderLeavesNoDoubtAndOneThatIsKilledDoes() throws Exception {
    Node a = node(0);
    Node b = node(1, "cluster.minNodes=2");
    Node c = node(2, "cluster.minNodes=3");
    awaitNodes(a, 3);

    b.program().terminate();
    assertThat(b.program().awaitExit()).isIn(0, 143);
    awaitNodes(a, 2);
    awaitNodes(c, 2);
    c.program().kill();
    c.program().awaitExit();
    a.program().awaitLine("subscribers may have missed messages: node ");
    awaitNodes(a, 1);

    Queue<String> data = read(a, "x");
    publish(a, "x", "alone");
    Deadline.await(PATIENCE, () -> data.contains("alone"), () -> "what is published here");
    a.program().terminate();
    assertThat(a.program().awaitExit()).isIn(0, 143);
    assertThat(a.program().errors())
        .filteredOn(line -> line.contains("may have missed"))
        .hasSize(1);
    assertThat(b.program().errors()).noneMatch(line -> line.contains("may have missed"));
  }

  @Test
  void whoIsOnAnotherNodeIsToldOnceThatSomethingMayBeMissingWhenOneIsKilled() throws Exception {
    Node a = node(0);
    Node b = node(1, "cluster.minNodes=2");
    awaitNodes(a, 2);
    Queue<String> data = read(a, "x");
    publishUntilOneComes(b, "x", data);

    b.program().kill();
    b.program().awaitExit();
    Deadline.await(
        PATIENCE, () -> data.stream().anyMatch(ClusterIT::isUnknown), () -> "the gap, got " + data);
    publish(a, "x", "after");
    Deadline.await(PATIENCE, () -> data.contains("after"), () -> "what is published here");

    assertThat(data).filteredOn(each -> each.contains("\"reason\"")).hasSize(1);
  }

  @Test
  void aNodeThatStoodStillKnowsItAndTellsIt() throws Exception {
    Node a = node(0);
    Queue<String> data = read(a, "x");

    freeze(a, 5);

    assertThat(a.program().awaitLine("subscribers may have missed messages: "))
        .contains("this node stood still for ");
    Deadline.await(
        PATIENCE, () -> data.stream().anyMatch(ClusterIT::isUnknown), () -> "the gap, got " + data);
  }

  private static boolean isUnknown(String data) {
    return data.contains("\"missed\":null,\"reason\":\"unknown\"");
  }

  private static void freeze(Node node, int seconds) throws Exception {
    node.program().freeze();
    long since = System.nanoTime();
    Deadline.await(
        PATIENCE.plusSeconds(seconds),
        () -> System.nanoTime() - since > TimeUnit.SECONDS.toNanos(seconds),
        () -> "that time passes");
    node.program().thaw();
  }

  /** Others give a node up after some 40 seconds, and what they had for it with it. */
  @Test
  @Tag("heavy")
  void whatWasGivenUpForANodeThatStoodStillIsCoveredByWhatItTells() throws Exception {
    Node a = node(0);
    Node b = node(1, "cluster.minNodes=2");
    awaitNodes(a, 2);
    Queue<String> data = read(a, "x");
    publishUntilOneComes(b, "x", data);
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean goesOn = new AtomicBoolean(true);
    Thread publisher =
        new Thread(
            () -> {
              while (goesOn.get()) {
                publish(b, "x", "n" + next.getAndIncrement());
              }
            },
            "publisher");
    publisher.start();

    freeze(a, 60);
    Deadline.await(PATIENCE, () -> data.stream().anyMatch(ClusterIT::isUnknown), () -> "the gap");
    int told = next.get();
    Deadline.await(PATIENCE, () -> data.contains("n" + (told + 10)), () -> "what comes after it");
    goesOn.set(false);
    publisher.join();

    List<String> all = List.copyOf(data);
    int gap = all.indexOf(all.stream().filter(ClusterIT::isUnknown).findFirst().orElseThrow());
    List<String> after = numbersIn(all.subList(gap, all.size()));
    assertThat(after).as("nothing is missing behind the gap").isEqualTo(consecutive(after));
    List<String> before = numbersIn(all.subList(0, gap));
    assertThat(before).as("nothing comes twice").doesNotHaveDuplicates();
    assertThat(before).as("something was given up").isNotEqualTo(consecutive(before));
    assertThat(all.stream().filter(each -> each.contains("\"reason\"")))
        .allMatch(ClusterIT::isUnknown);
  }

  private static List<String> numbersIn(List<String> data) {
    return data.stream().filter(each -> each.startsWith("n")).toList();
  }

  /** As many as these, from the first one on. */
  private static List<String> consecutive(List<String> numbers) {
    int first = Integer.parseInt(numbers.get(0).substring(1));
    return numbers(first, first + numbers.size());
  }

  @Test
  void whenTheNodeThatFollowsASourceIsKilledAnotherGoesOnWhereThatOneWas() throws Exception {
    FatJar alone = FatJar.runCluster(directory, config(), "--set", "cluster=null");
    programs.add(alone);
    Node origin = new Node(alone, alone.awaitListening(), "");
    String[] source = {
      "sources.feed.url=" + origin.url() + "/topics/feed",
      "sources.feed.address=topics.copy",
      "sources.feed.single=true",
      "sources.feed.cursorEvery=10ms"
    };
    Node a = node(0, source);
    a.program().awaitLineEver("source feed: this node follows it, for all");
    Node b = node(1, source);
    b.program().awaitLineEver("source feed: another node follows it, this one stands by");
    Queue<String> data = read(b, "copy");
    publishUntilOneComes(origin, "feed", data);

    publishNumbers(origin, 0, 50);
    Deadline.await(PATIENCE, () -> data.contains("n49"), () -> "the first half, got " + data);
    a.program().kill();
    publishNumbers(origin, 50, 100);

    b.program().awaitLine("source feed: this node follows it, for all");
    Deadline.await(PATIENCE, () -> data.contains("n99"), () -> "the other half, got " + data);
    // What was not kept yet when the first was killed may come twice.
    assertThat(data.stream().filter(each -> each.startsWith("n")).distinct().toList())
        .isEqualTo(numbers(0, 100));
  }

  private static void publishNumbers(Node node, int from, int to) {
    numbers(from, to).forEach(number -> publish(node, "feed", number));
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "n" + i).toList();
  }

  @Test
  void aWrongListOfMembersEndsTheStartInTimeAndSaysWhy() throws Exception {
    FatJar lonely = start(3, "cluster.minNodes=2", "cluster.joinTimeout=5s");

    assertThat(lonely.awaitExit()).isEqualTo(1);
    assertThat(String.join("\n", lonely.errors()))
        .contains("/cluster/minNodes: expected 2 nodes within 5 s")
        .contains("look whether \"members\"");
  }

  @Test
  void aPortThatIsTakenIsNamedAndOneThatIsFreeIsFound() throws Exception {
    Node a = node(0);
    FatJar second = start(0);

    assertThat(second.awaitExit()).isEqualTo(1);
    assertThat(String.join("\n", second.errors()))
        .contains("cannot join the cluster")
        .contains(Integer.toString(ports.get(0)));

    node(1, "cluster.port=0", "cluster.minNodes=2");
    awaitNodes(a, 2);
  }

  @Test
  void withoutAClusterTheLargerJarIsTheSameProgram() throws Exception {
    FatJar alone = FatJar.runCluster(directory, config(), "--set", "cluster=null");
    programs.add(alone);

    alone.awaitListening();
    alone.terminate();
    alone.awaitExit();
    assertThat(alone.errors()).noneMatch(line -> line.contains("cluster"));
  }

  @Test
  void theSmallerJarSaysThatItHasNoClusterManager() throws Exception {
    FatJar small = FatJar.run(directory, config());
    programs.add(small);

    assertThat(small.awaitExit()).isEqualTo(1);
    assertThat(String.join("\n", small.errors()))
        .contains("/cluster/manager: io.vertx:vertx-hazelcast is not in this jar")
        .contains("vertx-sse-bridge-cluster.jar");
  }
}
