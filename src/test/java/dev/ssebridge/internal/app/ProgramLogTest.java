package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.PublishingClient;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the program logs of its life, and of what it serves, in a process of its own. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@Tag("slow")
class ProgramLogTest {
  private static final String TOKEN = "t0psecret-t0psecret-t0psecret-1";
  private static final String CONFIG =
      """
      {"http": {"port": 0, "drain": "300ms"}, "limits": {"retained": "32MiB"}, "log": %s,
       "auth": {"tokens": {"ann": {"token": "%s", "subscribe": ["t.*"], "publish": ["t.*"]}}},
       "routes": {"n": {"path": "/n/:topic", "address": "t.{topic}"}},
       "publish": {"p": {"path": "/p/:topic", "address": "t.{topic}"}}}
      """;

  private static final String UNREAD =
      "{'http':{'port':0,'drain':0},'log':{'access':true},"
          + "'routes':{'n':{'path':'/n','address':'n'}},"
          + "'publish':{'n':{'path':'/n','address':'n'}}}";

  /** Requests whose lines no pipe holds. */
  private static final int SOME = 2_000;

  /** Requests whose lines neither a pipe nor the queue holds. */
  private static final int MANY = 16_000;

  @TempDir Path directory;

  private String write(String log) throws Exception {
    String json = CONFIG.formatted(log, TOKEN);
    return Files.writeString(directory.resolve("b.json"), json).toString();
  }

  private static String messageOf(String line) {
    return new JsonObject(line).getString("message");
  }

  private static JsonObject await(FatJar program, String part) throws InterruptedException {
    return new JsonObject(program.awaitLine(part));
  }

  private static int portIn(String ready) {
    String url = ready.substring("ready on ".length(), ready.indexOf(" after "));
    return URI.create(url).getPort();
  }

  private static int portOf(FatJar program) throws InterruptedException {
    return portIn(messageOf(program.awaitLine("\"ready on ")));
  }

  @Test
  void eachLineIsAnObjectAndTheLifeOfTheProgramIsInFive() throws Exception {
    String file = write("{\"format\": \"json\", \"access\": true}");
    try (SseProbes probes = new SseProbes();
        FatJar program = FatJar.runClasses(directory, "--instances", "1", file)) {
      assertThat(messageOf(program.awaitLine("\"starting with ")))
          .contains("b.json, vertx-sse-bridge ", ", Java " + Runtime.version(), ", 1 instance");
      JsonObject ready = await(program, "\"ready on ");
      assertThat(ready.getString("message"))
          .contains(": 1 route (n), 1 publish rule (p), 0 sources");
      assertThat(ready.getString("log.logger")).isEqualTo(Program.class.getName());
      int port = portIn(ready.getString("message"));

      String bearer = "Authorization: Bearer " + TOKEN;
      List<SseProbe> streams = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        streams.add(probes.get(port, "/n/hidden?key=q4ery&last=1", bearer));
        streams.get(i).awaitOpen();
      }
      String type = "Content-Type: text/plain";
      probes
          .request(port, "POST", "/p/hidden?x=q4ery", type, bearer, "Content-Length: 2")
          .send("hi")
          .awaitEnd();
      JsonObject publish = await(program, "\"kind\":\"publish\"");
      assertThat(publish.getJsonObject("user"))
          .isEqualTo(new JsonObject().put("name", "ann").put("provider", "ann"));
      assertThat(publish.getInteger("status")).isEqualTo(202);
      assertThat(publish.getInteger("bytes")).isEqualTo(2);

      probes.request(port, "POST", "/p/a", type, bearer + "x", "Content-Length: 0").awaitEnd();
      JsonObject refused = await(program, "\"kind\":\"publish\"");
      assertThat(refused.getInteger("status")).isEqualTo(401);
      assertThat(refused.containsKey("user")).isFalse();

      for (SseProbe stream : streams) {
        stream.awaitData("hi");
      }
      program.terminate();
      for (SseProbe stream : streams) {
        stream.awaitEnd();
      }
      assertThat(program.awaitExit()).isIn(0, 143);

      List<String> lines = program.errors();
      List<JsonObject> ends =
          lines.stream()
              .map(JsonObject::new)
              .filter(line -> "stream".equals(line.getString("kind")))
              .toList();
      assertThat(ends)
          .hasSize(3)
          .allSatisfy(
              end -> {
                assertThat(end.getString("route")).isEqualTo("n");
                assertThat(end.getString("reason")).isEqualTo("drained");
                assertThat(end.getInteger("events")).isEqualTo(1);
                assertThat(end.getJsonObject("user").getString("name")).isEqualTo("ann");
              });
      assertThat(lines)
          .extracting(ProgramLogTest::messageOf)
          .filteredOn(message -> message.startsWith("draining: "))
          .first()
          .isEqualTo("draining: 3 streams, over 300 ms");
      assertThat(messageOf(lines.get(lines.size() - 1)))
          .startsWith("ran for ")
          .endsWith(": 1 event in, 3 delivered, 0 missed; stopped");
      assertThat(String.join("\n", lines)).doesNotContain("t0psecret", "q4ery", "hidden");
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGHUP")
  void formatLevelAndAccessChangeWithAReload() throws Exception {
    String file = write("{\"format\": \"json\"}");
    try (SseProbes probes = new SseProbes();
        FatJar program = FatJar.runClasses(directory, "--instances", "1", file)) {
      int port = portOf(program);
      String bearer = "Authorization: Bearer " + TOKEN;
      SseProbe before = probes.get(port, "/n/a", bearer);
      before.awaitOpen();

      write("{\"level\": \"debug\", \"access\": true}");
      program.hangUp();
      assertThat(program.awaitLine("configuration read again: "))
          .endsWith("also changed: /log/access, /log/format, /log/level");
      before.close();
      program.awaitLine("FINE dev.ssebridge.internal.subscribe.OpenStream: ");
      assertThat(program.awaitLine("kind=stream "))
          .contains(" INFO dev.ssebridge.access: kind=stream route=n path=/n/:topic id=")
          .endsWith(" missed=0 reason=client-gone");

      write("{\"level\": \"warning\", \"access\": true}");
      program.hangUp();
      probes
          .request(port, "POST", "/p/a", "Content-Type: text/plain", bearer, "Content-Length: 0")
          .awaitEnd();
      program.awaitLine("kind=publish ");
      program.terminate();
      assertThat(program.awaitExit()).isIn(0, 143);
    }
  }

  private static int postMany(int port, String path, int many) throws Exception {
    List<PublishingClient> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(new PublishingClient(port, path, i + "-"));
      clients.get(i).start();
    }
    for (PublishingClient client : clients) {
      Deadline.await(
          Deadline.PATIENCE.multipliedBy(4),
          () -> client.accepted().size() >= many / 4,
          () -> "messages, got " + client.accepted().size());
    }
    int posts = 0;
    for (PublishingClient client : clients) {
      client.stop();
      posts += client.accepted().size();
    }
    return posts;
  }

  @Test
  void whoeverDoesNotReadTheLogHoldsNoStreamAndIsToldHowManyLinesWereLeftOut() throws Exception {
    String file =
        Files.writeString(directory.resolve("b.json"), UNREAD.replace('\'', '"')).toString();
    try (SseProbes probes = new SseProbes();
        FatJar program = FatJar.runUnread(directory, "--print-address", "--instances", "2", file)) {
      int port = URI.create(program.awaitOutput()).getPort();
      SseProbe stream = probes.get(port, "/n");
      stream.awaitOpen();
      int posts = postMany(port, "/n", MANY);
      probes.request(port, "POST", "/n", "Content-Length: 4").send("last").awaitEnd();
      stream.awaitData("last");

      program.reading();
      String told = program.awaitLine(" left out: nobody read the log");
      program.terminate();
      assertThat(program.awaitExit()).isIn(0, 143);
      List<String> lines = program.errors();
      long written = lines.stream().filter(line -> line.contains("kind=publish ")).count();
      Matcher count = Pattern.compile(" (\\d+) lines? w\\w+ left out: ").matcher(told);
      assertThat(count.find()).isTrue();
      assertThat(written + Long.parseLong(count.group(1))).isEqualTo(posts + 1);
      assertThat(lines.get(lines.size() - 1)).endsWith("; stopped");
    }
  }

  @Test
  void whoeverNeverReadsTheLogDoesNotKeepTheProgramFromEnding() throws Exception {
    String file =
        Files.writeString(directory.resolve("b.json"), UNREAD.replace('\'', '"')).toString();
    try (FatJar program =
        FatJar.runUnread(directory, "--print-address", "--instances", "1", file)) {
      postMany(URI.create(program.awaitOutput()).getPort(), "/n", SOME);
      program.terminate();
      assertThat(program.awaitExit()).isIn(0, 143);
    }
  }

  @Test
  void whoeverSetsTheLogUpHimselfIsToldThatTheKeysSayNothing() throws Exception {
    Path properties =
        Files.writeString(
            directory.resolve("logging.properties"),
            "handlers=java.util.logging.ConsoleHandler\n.level=INFO\n");
    String file = write("{\"format\": \"json\"}");
    try (FatJar program =
        FatJar.runClasses(
            List.of("-Djava.util.logging.config.file=" + properties),
            directory,
            "--instances",
            "1",
            file)) {
      program.awaitLine("log.format and log.level have no effect");
      program.terminate();
      program.awaitExit();
    }
  }
}
