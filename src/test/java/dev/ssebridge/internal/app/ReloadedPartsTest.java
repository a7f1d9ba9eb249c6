package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.TestKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a reload does to each part of a configuration, over real sockets. */
@Timeout(60)
class ReloadedPartsTest {
  @TempDir Path directory;

  private final HttpClient client = HttpCalls.client();
  private final ReloadRequests requests = new ReloadRequests();
  private final LogRecorder log = LogRecorder.of(Program.class);
  private @Nullable Program program;
  private String url = "";

  @BeforeEach
  void start() throws Exception {
    write(
        "{'routes': {'news': {'path': '/news', 'address': 'news'},"
            + " 'old': {'path': '/old', 'address': 'old'},"
            + " 'tick': {'path': '/tick', 'address': 'tick'}},"
            + " 'demo': {'address': 'tick', 'every': '20ms'},"
            + " 'publish': {'news': {'path': '/news', 'address': 'news'}}}");
    Program started = Program.start(read(), 2, named -> read(), requests);
    program = started;
    url = started.address();
  }

  @AfterEach
  void stop() {
    if (program != null) {
      program.stop();
    }
    log.close();
  }

  @Test
  void aPathThatIsGoneIsFoundNoMoreAndThoseThatStayTellTheirMethods() throws Exception {
    for (int turn = 0; turn < 20; turn++) {
      reload(
          "{'routes': {'news': {'path': '/news', 'address': 'news'},"
              + (" 'r" + turn + "': {'path': '/new" + turn + "', 'address': 'x'}},")
              + " 'publish': {'other': {'path': '/to"
              + turn
              + "', 'address': 'news'}}}");
    }

    assertThat(status("GET", "/old")).isEqualTo(404);
    for (int turn = 0; turn < 19; turn++) {
      assertThat(status("GET", "/new" + turn)).as("%d", turn).isEqualTo(404);
      assertThat(status("POST", "/to" + turn)).as("%d", turn).isEqualTo(404);
    }
    assertThat(send("DELETE", "/new19").headers().firstValue("allow"))
        .hasValue("GET, HEAD, OPTIONS");
    assertThat(send("GET", "/to19").headers().firstValue("allow")).hasValue("POST, OPTIONS");
    assertThat(status("POST", "/news")).isEqualTo(405);
    assertThat(status("POST", "/to19")).isEqualTo(202);
  }

  @Test
  void aPublishRuleFollowsItsLimitsAndItsAddress() throws Exception {
    assertThat(post(url + "/news", "x".repeat(100))).isEqualTo(202);

    reload(
        "{'routes': {'news': {'path': '/news', 'address': 'other'}},"
            + " 'publish': {'news': {'path': '/news', 'address': 'other', 'maxBody': '10B'}}}");

    assertThat(post(url + "/news", "x".repeat(100))).isEqualTo(413);
    HttpResponse<InputStream> stream = open("/news");
    assertThat(post(url + "/news", "short")).isEqualTo(202);
    assertThat(lineOf(stream, "data: ")).isEqualTo("data: short");
  }

  @Test
  void hostsThatAreNoLongerServedAreRefusedAndStreamsGoOn() throws Exception {
    HttpResponse<InputStream> stream = open("/tick");
    assertThat(lineOf(stream, "data: ")).startsWith("data: Hello");

    reload(
        "{'http': {'hosts': ['events.example']}, 'demo': {'address': 'tick', 'every': '20ms'},"
            + " 'routes': {'tick': {'path': '/tick', 'address': 'tick'}}}");

    assertThat(status("GET", "/tick")).isEqualTo(421);
    for (int event = 0; event < 5; event++) {
      assertThat(lineOf(stream, "data: ")).startsWith("data: Hello");
    }
  }

  @Test
  void pagesOfOtherOriginsAndRatesFollowAndStreamsGoOn() throws Exception {
    HttpResponse<InputStream> stream = open("/tick");
    String demo =
        "'demo': {'address': 'tick', 'every': '20ms'}, 'routes': {'tick': {'path': '/tick',"
            + " 'address': 'tick'}}, 'publish': {'news': {'path': '/news', 'address': 'news'}}";
    String page = "https://shop.example";
    assertThat(allowed("/tick", page)).isEmpty();

    reload("{'http': {'cors': {'origins': ['https://*.example']}}, " + demo + "}");
    assertThat(allowed("/tick", page)).hasValue(page);

    reload(
        "{'http': {'cors': {'origins': ['https://other.example']}},"
            + " 'limits': {'publishRate': {'perRemote': '2/h'}}, "
            + demo
            + "}");
    assertThat(allowed("/tick", page)).isEmpty();
    assertThat(
            List.of(post(url + "/news", "1"), post(url + "/news", "2"), post(url + "/news", "3")))
        .containsExactly(202, 202, 429);

    reload("{" + demo + "}");
    assertThat(post(url + "/news", "4")).isEqualTo(202);
    for (int event = 0; event < 5; event++) {
      assertThat(lineOf(stream, "data: ")).startsWith("data: Hello");
    }
  }

  private Optional<String> allowed(String path, String origin) throws Exception {
    HttpResponse<InputStream> asked =
        client.send(
            HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Deadline.PATIENCE)
                .header("origin", origin)
                .build(),
            BodyHandlers.ofInputStream());
    asked.body().close();
    return asked.headers().firstValue("access-control-allow-origin");
  }

  @Test
  void theFirstSourceIsFollowedAChangedOneGoesOnAndOneThatIsGoneIsLeft() throws Exception {
    Program upstream =
        Program.start(
            ConfigFile.parse(
                "upstream.json",
                "{\"http\": {\"port\": 0, \"drain\": 0}, \"limits\": {\"retained\": \"16MiB\"},"
                    + " \"routes\": {\"n\": {\"path\": \"/n\", \"address\": \"n\"}},"
                    + " \"publish\": {\"n\": {\"path\": \"/n\", \"address\": \"n\"}}}"),
            1);
    try {
      String there = upstream.address() + "/n";
      String more =
          "'routes': {'copy': {'path': '/copy', 'address': 'copy'}},"
              + " 'publish': {'copy': {'path': '/copy', 'address': 'copy'}}";
      String source =
          "'sources': {'up': {'url': '" + there + "?from=earliest', 'address': 'copy'%s}}";

      reload("{" + more + "}");
      HttpResponse<InputStream> copy = open("/copy");
      reload("{" + more + ", " + source.formatted("") + "}");
      post(there, "one");
      assertThat(lineOf(copy, "data: ")).isEqualTo("data: one");

      reload("{" + more + ", " + source.formatted(", 'retry': '10ms'") + "}");
      post(there, "two");
      assertThat(lineOf(copy, "data: ")).as("nothing twice or left out").isEqualTo("data: two");

      reload("{" + more + "}");
      assertThat(log.messages()).anyMatch(line -> line.contains("sources removed: up"));
      assertThat(lineOf(copy, "data: "))
          .startsWith("data: {\"source\":\"up\",\"state\":\"closed\"");
      post(there, "three");
      post(url + "/copy", "four");
      assertThat(lineOf(copy, "data: ")).isEqualTo("data: four");
    } finally {
      upstream.stop();
    }
  }

  @Test
  void keysOfTokensAreReadAgainThoughNothingElseHasChanged() throws Exception {
    TestKey before = TestKey.make("k", "ES256");
    TestKey after = TestKey.make("k", "ES256");
    Path pem = before.writePem(directory.resolve("key.pem"));
    String config =
        "{'routes': {'tick': {'path': '/tick', 'address': 'tick'}},"
            + " 'auth': {'jwt': {'users': {'keys': ['"
            + pem
            + "']}}}}";
    reload(config);
    JsonObject grants = new JsonObject().put("subscribe", new JsonArray().add("tick"));
    JsonObject claims = new JsonObject().put("sub", "ada").put("sse", grants);
    HttpCalls calls = new HttpCalls(URI.create(url).getPort());
    String old = "Bearer " + before.token("ES256", claims);
    assertThat(calls.get("/tick").statusCode()).isEqualTo(401);
    assertThat(calls.get("/tick", "authorization", old).statusCode()).isEqualTo(200);

    after.writePem(pem);
    reload(config);

    assertThat(log.messages()).anyMatch(line -> line.endsWith(": keys of users changed"));
    String now = "Bearer " + after.token("ES256", claims);
    Deadline.await(
        () -> calls.get("/tick", "authorization", now).statusCode() == 200,
        () -> "the new key to count");
    assertThat(calls.get("/tick", "authorization", old).statusCode()).isEqualTo(401);
  }

  private Reading read() {
    Instant begun = Instant.now();
    return new Reading(ConfigFile.read(directory.resolve("b.json")), begun);
  }

  private void write(String text) throws IOException {
    JsonObject json = new JsonObject(text.replace('\'', '"'));
    JsonObject http = json.getJsonObject("http", new JsonObject()).put("port", 0).put("drain", 0);
    JsonObject limits = json.getJsonObject("limits", new JsonObject()).put("retained", "16MiB");
    json.put("http", http).put("limits", limits);
    Files.writeString(directory.resolve("b.json"), json.encode());
  }

  private void reload(String text) throws IOException {
    write(text);
    long before = reloads();
    requests.request();
    Deadline.await(() -> reloads() > before, () -> "a reload, got " + log.messages());
    assertThat(log.messages())
        .noneMatch(line -> line.contains("it is wrong") || line.contains("not changed: "));
  }

  private long reloads() {
    return log.messages().stream()
        .filter(line -> line.startsWith("configuration read again"))
        .count();
  }

  private HttpResponse<InputStream> open(String path) throws Exception {
    HttpResponse<InputStream> stream =
        client.send(
            HttpRequest.newBuilder(URI.create(url + path)).timeout(Deadline.PATIENCE).build(),
            BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    return stream;
  }

  private static String lineOf(HttpResponse<InputStream> stream, String start) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = stream.body().read(); c >= 0; c = stream.body().read()) {
      if (c != '\n') {
        line.append((char) c);
      } else if (line.toString().startsWith(start)) {
        return line.toString();
      } else {
        line.setLength(0);
      }
    }
    return "the end";
  }

  private int post(String target, String text) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(target))
                .timeout(Deadline.PATIENCE)
                .header("content-type", "text/plain")
                .POST(BodyPublishers.ofString(text))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private int status(String method, String path) throws Exception {
    return send(method, path).statusCode();
  }

  private HttpResponse<Void> send(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Deadline.PATIENCE)
            .header("content-type", "text/plain")
            .method(
                method,
                method.equals("POST") ? BodyPublishers.ofString("x") : BodyPublishers.noBody())
            .build(),
        BodyHandlers.discarding());
  }
}
