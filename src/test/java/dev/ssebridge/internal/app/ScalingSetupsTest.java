package dev.ssebridge.internal.app;

import static dev.ssebridge.testing.BridgeFixture.numbers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.BridgeProcess;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.Installed;
import dev.ssebridge.testing.Opened;
import dev.ssebridge.testing.RedisServer;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The set-ups of the page scaling.md, each with the configuration that stands there, changed only
 * in what a machine for tests needs: ports, addresses and directories.
 */
@Timeout(180)
@Tag("slow")
class ScalingSetupsTest {
  private static final Path PAGE =
      Path.of(System.getProperty("project.basedir", "."), "src/site/markdown/scaling.md");

  private static final Path SCRIPTS =
      PAGE.resolveSibling("../../main/resources/dev/ssebridge/redis").normalize();

  @TempDir Path directory;

  private final SseProbes probes = new SseProbes();
  private final Opened open = new Opened();

  @AfterEach
  void end() {
    probes.close();
    open.close();
  }

  /** The first configuration below this heading. */
  private static JsonObject below(String heading) throws IOException {
    String page = Files.readString(PAGE);
    int at = page.indexOf("\n## " + heading + "\n");
    assertThat(at).as(heading).isPositive();
    int begin = page.indexOf("```json\n", at) + "```json\n".length();
    int next = page.indexOf("\n## ", at + 1);
    assertThat(begin).as("the configuration below " + heading).isBetween(at, next);
    return new JsonObject(page.substring(begin, page.indexOf("```", begin)));
  }

  private BridgeProcess process(String name, JsonObject config) {
    return open.add(BridgeProcess.start(directory, name, config));
  }

  private static int publish(BridgeProcess node, String text) {
    return new HttpCalls(node.port())
        .post("/news", text, "content-type", "text/plain")
        .statusCode();
  }

  private static void publishAll(BridgeProcess node, int from, int to) {
    numbers(from, to).forEach(each -> assertThat(publish(node, each)).isEqualTo(202));
  }

  private SseProbe read(BridgeProcess node, String lastEventId) {
    return lastEventId.isEmpty()
        ? probes.get(node.port(), "/news?from=earliest")
        : probes.get(node.port(), "/news", "Last-Event-ID: " + lastEventId);
  }

  private static String idOf(SseProbe probe, String data) {
    return String.valueOf(probe.awaitData(data).id());
  }

  private static List<String> data(SseProbe probe) {
    return probe.events().stream()
        .filter(event -> !"sse.gap".equals(event.type()))
        .map(event -> String.valueOf(event.data()))
        .toList();
  }

  private static List<String> reasons(SseProbe probe) {
    return probe.gaps().stream().map(gap -> gap.getString("reason")).toList();
  }

  // One process

  private BridgeFixture application() throws IOException {
    Vertx vertx = open.add(Vertx.vertx());
    return open.add(BridgeFixture.deploy(vertx, below("One process").encode().replace('"', '\'')));
  }

  @Test
  void oneProcessGoesOnExactlyWhileItLivesAndTellsAGapAfterARestart() throws Exception {
    BridgeFixture first = application();
    SseProbe reader = first.open("/news");
    first.publishNumbers("news", 1, 10);
    String third = idOf(reader, "m3");
    String last = idOf(reader, "m10");
    SseProbe back = first.get("/news", "Last-Event-ID: " + third);
    back.awaitData("m10");
    assertThat(back.data()).isEqualTo(numbers(4, 10));
    assertThat(back.header("sse-resume")).isEqualTo("complete");

    first.close();
    BridgeFixture second = application();
    second.publishNumbers("news", 11, 12);
    second.awaitHead("news", 2);
    SseProbe again = second.get("/news", "Last-Event-ID: " + last);
    again.awaitData("m12");
    assertThat(reasons(again)).containsExactly("epoch");
    assertThat(again.events().get(0).type()).isEqualTo("sse.gap");
    assertThat(data(again)).isEqualTo(numbers(11, 12));
  }

  // One machine

  private JsonObject withFiles() throws IOException {
    JsonObject config = below("One machine");
    config
        .getJsonObject("stores")
        .getJsonObject("file")
        .put("directory", directory.resolve("history").toString());
    return config;
  }

  @Test
  void oneMachineWithFilesGoesOnExactlyAfterAStopAndAfterACrash() throws Exception {
    BridgeProcess bridge = process("bridge", withFiles()).awaitServing();
    publishAll(bridge, 1, 20);
    SseProbe reader = read(bridge, "");
    String fifth = idOf(reader, "m5");
    reader.awaitData("m20");
    List<String> ids = reader.events().stream().map(ServerSentEvent::id).toList();

    bridge.kill();
    bridge.startAgain();
    bridge.awaitServing();
    publishAll(bridge, 21, 30);
    bridge.terminate();
    bridge.startAgain();
    bridge.awaitServing();
    publishAll(bridge, 31, 32);

    SseProbe back = read(bridge, fifth);
    back.awaitData("m32");
    assertThat(back.header("sse-resume")).isEqualTo("complete");
    assertThat(back.data()).isEqualTo(numbers(6, 32));
    assertThat(back.events().stream().map(ServerSentEvent::id).limit(15))
        .isEqualTo(ids.subList(5, 20));
  }

  @Test
  void noTwoProcessesHaveOneDirectory() throws Exception {
    BridgeProcess bridge = process("bridge", withFiles()).awaitServing();
    BridgeProcess second = process("second", withFiles());

    Deadline.await(
        Deadline.PATIENCE.multipliedBy(3),
        () -> second.log().contains("it is in use by process "),
        () -> "the second to say why it cannot: " + second.log());
    publishAll(bridge, 1, 1);
  }

  // Several nodes

  private JsonObject withRedis(RedisServer redis) throws IOException {
    JsonObject config = below("Several nodes");
    config
        .getJsonObject("stores")
        .getJsonObject("redis")
        .put("urls", new JsonArray().add(redis.url()));
    return config;
  }

  @Test
  void nodesWithRedisHaveOneHistoryAndAClientMayComeBackToAnyOfThem() throws Exception {
    RedisServer redis = open.add(RedisServer.start());
    BridgeProcess a = process("a", withRedis(redis));
    BridgeProcess b = process("b", withRedis(redis)).awaitServing();
    a.awaitServing();
    publishAll(a, 1, 10);
    SseProbe onA = read(a, "");
    String fourth = idOf(onA, "m4");
    SseProbe onB = read(b, "");
    onB.awaitData("m10");
    publishAll(b, 11, 15);
    onA.awaitData("m15");
    onB.awaitData("m15");
    assertThat(onA.data()).isEqualTo(numbers(1, 15));
    assertThat(onB.events()).isEqualTo(onA.events());

    a.kill();
    publishAll(b, 16, 20);
    SseProbe back = read(b, fourth);
    back.awaitData("m20");
    assertThat(back.header("sse-resume")).isEqualTo("complete");
    assertThat(back.data()).isEqualTo(numbers(5, 20));
  }

  @Test
  void whileRedisIsDownStreamsStayOpenAndPublishersGet503() throws Exception {
    RedisServer redis = open.add(RedisServer.withLog());
    BridgeProcess node = process("a", withRedis(redis)).awaitServing();
    publishAll(node, 1, 3);
    SseProbe reader = read(node, "");
    reader.awaitData("m3");

    redis.kill();
    HttpCalls calls = new HttpCalls(node.port());
    List<HttpResponse<Void>> refused = new ArrayList<>();
    Deadline.await(
        () -> {
          HttpResponse<Void> answer = calls.post("/news", "lost?", "content-type", "text/plain");
          refused.add(answer);
          return answer.statusCode() == 503;
        },
        () -> "503, got " + refused);
    assertThat(refused.get(refused.size() - 1).headers().firstValue("retry-after")).isPresent();
    SseProbe resuming = read(node, idOf(reader, "m2"));
    assertThat(resuming.awaitEnd().events().get(0).type()).isEqualTo("sse.refused");
    assertThat(resuming.retry()).isPositive();
    assertThat(reader.isDisconnected()).isFalse();

    redis.startAgain();
    Deadline.await(() -> publish(node, "m4") == 202, () -> "it to take messages again");
    reader.awaitData("m4");
    assertThat(reasons(reader)).isEmpty();
    assertThat(reader.isComplete()).isFalse();
  }

  @Test
  void whenRedisHasLostSomethingEveryStreamIsToldOnceOfAnotherEpoch() throws Exception {
    RedisServer redis = open.add(RedisServer.start());
    BridgeProcess a = process("a", withRedis(redis));
    BridgeProcess b = process("b", withRedis(redis)).awaitServing();
    a.awaitServing();
    publishAll(a, 1, 3);
    SseProbe onA = read(a, "");
    SseProbe onB = read(b, "");
    onA.awaitData("m3");
    onB.awaitData("m3");

    redis.call("FLUSHALL");
    publishAll(b, 4, 6);
    for (SseProbe each : List.of(onA, onB)) {
      each.awaitData("m6");
      assertThat(data(each)).isEqualTo(numbers(1, 6));
      assertThat(reasons(each)).containsExactly("epoch");
    }
    assertThat(idOf(onA, "m6")).isEqualTo(idOf(onB, "m6"));
  }

  @Test
  void theCommandForOtherProgramsAppendsToTheHistoryThatNodesServe() throws Exception {
    RedisServer redis = open.add(RedisServer.start());
    BridgeProcess node = process("a", withRedis(redis)).awaitServing();
    publishAll(node, 1, 1);
    SseProbe reader = read(node, "");
    reader.awaitData("m1");

    String page = Files.readString(PAGE.resolveSibling("history-redis.md"));
    int begin = page.indexOf("redis-cli --eval append.lua");
    String command =
        page.substring(begin, page.indexOf("```", begin))
            .replace("redis-cli", "redis-cli -p " + redis.port());
    String first = appended(command);
    reader.awaitData("shipped");
    assertThat(appended(command)).startsWith(first.split(" ", -1)[0]).endsWith("=2");

    publishAll(node, 2, 2);
    reader.awaitData("m2");
    assertThat(reader.data()).containsExactly("m1", "shipped", "m2");
  }

  private static String appended(String command) throws Exception {
    Process shell =
        new ProcessBuilder("bash", "-c", command)
            .directory(SCRIPTS.toFile())
            .redirectErrorStream(true)
            .start();
    String answer = new String(shell.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(shell.waitFor()).as(answer).isZero();
    return answer.replace("\"", "");
  }

  // A clustered event bus

  private JsonObject clustered(List<Integer> ports, int number) throws IOException {
    JsonObject config = below("A clustered event bus");
    JsonArray members = new JsonArray();
    ports.forEach(port -> members.add("127.0.0.1:" + port));
    config
        .getJsonObject("cluster")
        .put("name", "test-" + ports.get(0))
        .put("members", members)
        .put("host", "127.0.0.1")
        .put("port", ports.get(number));
    return config;
  }

  @Test
  void onAClusteredBusAllNodesGetAllAndAClientOnAnotherOneIsToldOfAGap() throws Exception {
    List<Integer> ports = Installed.portsToComeBackTo(2);
    BridgeProcess a = process("a", clustered(ports, 0));
    BridgeProcess b = process("b", clustered(ports, 1)).awaitServing();
    a.awaitServing();
    SseProbe onA = probes.get(a.port(), "/news");
    SseProbe onB = probes.get(b.port(), "/news");
    onA.awaitOpen();
    onB.awaitOpen();
    // Others learn of a consumer with a delay.
    Deadline.await(
        () -> {
          publishAll(a, 0, 0);
          return onB.data().contains("m0");
        },
        () -> "anything to come to the other node");

    publishAll(a, 1, 10);
    onA.awaitData("m10");
    onB.awaitData("m10");
    assertThat(onA.data().stream().filter(each -> !each.equals("m0"))).isEqualTo(numbers(1, 10));
    assertThat(onB.data().stream().filter(each -> !each.equals("m0"))).isEqualTo(numbers(1, 10));

    SseProbe moved = read(b, idOf(onA, "m5"));
    moved.awaitJson("sse.gap");
    publishAll(b, 11, 11);
    moved.awaitData("m11");
    assertThat(reasons(moved)).containsExactly("epoch");
    assertThat(data(moved)).isEqualTo(numbers(11, 11));
    SseProbe stayed = read(a, idOf(onA, "m5"));
    stayed.awaitData("m11");
    assertThat(stayed.header("sse-resume")).isEqualTo("complete");
    assertThat(stayed.data()).isEqualTo(numbers(6, 11));
    assertThat(a.log()).contains("news").containsIgnoringCase("another node");
  }
}
