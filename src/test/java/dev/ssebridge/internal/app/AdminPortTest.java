package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.AdminDescription;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin port of a running program. */
class AdminPortTest {
  private static final HttpClient CLIENT = HttpCalls.client();

  @TempDir Path directory;

  private final SseProbes probes = new SseProbes();
  private final AdminDescription description = new AdminDescription();
  private @Nullable Program program;
  private int port;
  private int admin;

  private void start(String config) throws Exception {
    write(config);
    ReloadRequests requests = new ReloadRequests();
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      program = Program.start(read(), 2, named -> read(), requests);
      port = log.portIn("listening on");
      admin = log.portIn("admin port:");
    }
  }

  private void write(String config) throws Exception {
    Files.writeString(file(), config.replace('\'', '"'));
  }

  private Path file() {
    return directory.resolve("b.json");
  }

  private Reading read() {
    return new Reading(ConfigFile.read(file()), Instant.now());
  }

  @AfterEach
  void stop() {
    probes.close();
    stopProgram();
  }

  private void stopProgram() {
    Program running = program;
    program = null;
    if (running != null) {
      running.stop();
    }
  }

  private HttpResponse<String> ask(String method, String path, String body) throws Exception {
    HttpResponse<String> answer = send(method, path, body);
    String described =
        path.replaceAll("\\?.*", "")
            .replaceAll("^/sources/[a-z]+/[a-z]+$", "/sources/{name}/{command}")
            .replaceAll("^/sources/[a-z]+$", "/sources/{name}");
    if (description.operations().contains(method + " " + described)) {
      description.require(method, described, answer);
    }
    return answer;
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path))
            .timeout(Deadline.PATIENCE)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private JsonObject get(String path) throws Exception {
    HttpResponse<String> answer = ask("GET", path, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static String config(String more) {
    return "{'http':{'port':0},'admin':{'port':0},'routes':{'n':{'path':'/n','address':'n'}},"
        + "'publish':{'n':{'path':'/n','address':'n'}}"
        + more
        + "}";
  }

  @Test
  void theRoutesAreServedThereAsWell() throws Exception {
    start(config(""));
    SseProbe here = probes.get(admin, "/n");
    here.awaitOpen();
    SseProbe there = probes.get(port, "/n");
    there.awaitOpen();
    HttpResponse<String> posted =
        CLIENT.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/n"))
                .timeout(Deadline.PATIENCE)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("both"))
                .build(),
            BodyHandlers.ofString());
    assertThat(posted.statusCode()).isEqualTo(202);
    here.awaitData("both");
    there.awaitData("both");
    assertThat(get("/streams").getLong("count")).isEqualTo(2);

    write(
        config("").replace("'/n','address':'n'}},'publish'", "'/other','address':'n'}},'publish'"));
    HttpResponse<String> reloaded = ask("POST", "/reload", "");
    assertThat(reloaded.statusCode()).as(reloaded.body()).isEqualTo(200);
    probes.get(admin, "/other").awaitOpen();
    probes.get(port, "/other").awaitOpen();
  }

  @Test
  void theProgramStopsInOrderWithStreamsOnBothPorts() throws Exception {
    start(config("").replace("'http':{'port':0}", "'http':{'port':0,'drain':'100ms'}"));
    SseProbe here = probes.get(admin, "/n");
    here.awaitOpen();
    SseProbe there = probes.get(port, "/n");
    there.awaitOpen();
    SseProbe stats = probes.get(admin, "/stats", "Accept: text/event-stream");
    assertThat(stats.status()).isEqualTo(200);
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      stopProgram();
      assertThat(log.messages()).noneMatch(line -> line.contains("not everything"));
    }
    here.awaitEnd();
    there.awaitEnd();
    stats.awaitEnd();
  }

  @Test
  void manyRequestsMayWaitForTheirAnswersOnOneConnection() throws Exception {
    start(config(""));
    String request = "GET /console/none.js HTTP/1.1\r\nHost: localhost\r\n";
    String last = request + "Connection: close\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin)) {
      socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
      String all = (request + "\r\n").repeat(299) + last;
      socket.getOutputStream().write(all.getBytes(StandardCharsets.ISO_8859_1));
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(answers.split("HTTP/1.1 404 ", -1)).hasSize(300 + 1);
    }
  }

  @Test
  void aReloadSaysWhatItDidAndWhyItDidNothing() throws Exception {
    start(config(""));
    HttpResponse<String> same = ask("POST", "/reload", "");
    assertThat(same.statusCode()).isEqualTo(200);

    write(config(",'routes2':{}"));
    HttpResponse<String> wrong = ask("POST", "/reload", "");
    assertThat(wrong.statusCode()).isEqualTo(409);
    assertThat(new JsonObject(wrong.body()).getJsonArray("problems").getString(0))
        .contains("/routes2");

    write(config(",'limits':{'subscribers':7}").replace("'http':{'port':0}", "'http':{'port':1}"));
    JsonObject other = new JsonObject(ask("POST", "/reload", "").body());
    assertThat(other.getString("changed")).contains("limits");
    assertThat(other.getJsonArray("restart")).containsExactly("/http/port");
    assertThat(get("/config").getJsonObject("limits").getInteger("subscribers")).isEqualTo(7);
  }

  @Test
  void theLevelOfTheLogIsChangedWithoutARestart() throws Exception {
    start(config(""));
    String before = get("/log-level").getString("level");
    try {
      HttpResponse<String> set = ask("PUT", "/log-level", "{\"level\":\"debug\"}");
      assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
      assertThat(get("/log-level").getString("level")).isEqualTo("debug");
      assertThat(
              java.util.logging.Logger.getLogger("dev.ssebridge")
                  .isLoggable(java.util.logging.Level.FINE))
          .isTrue();
      for (String body : List.of("{\"level\":\"loud\"}", "{}", "{\"level\":1}", "x")) {
        HttpResponse<String> wrong = ask("PUT", "/log-level", body);
        assertThat(wrong.statusCode()).as(body).isEqualTo(400);
      }
    } finally {
      ask("PUT", "/log-level", new JsonObject().put("level", before).encode());
    }
  }

  @Test
  void sourcesArePausedResumedAndRestartedFromWhereTheyWere() throws Exception {
    // A program that follows its own route over HTTP.
    start(config(""));
    write(config(",'sources':{'self':{'url':'http://127.0.0.1:" + port + "/n','address':'copy'}}"));
    HttpResponse<String> reloaded = ask("POST", "/reload", "");
    assertThat(reloaded.statusCode()).as(reloaded.body()).isEqualTo(200);
    awaitState("open");
    assertThat(ask("POST", "/sources/self/pause", "").statusCode()).isEqualTo(204);
    assertThat(state()).isEqualTo("paused");
    assertThat(ask("POST", "/sources/self/pause", "").statusCode()).isEqualTo(204);
    assertThat(ask("POST", "/sources/self/resume", "").statusCode()).isEqualTo(204);
    awaitState("open");
    assertThat(ask("POST", "/sources/self/resume", "").statusCode()).isEqualTo(204);
    assertThat(ask("POST", "/sources/self/restart", "").statusCode()).isEqualTo(204);
    awaitState("open");
    assertThat(ask("POST", "/sources/none/restart", "").statusCode()).isEqualTo(404);
    assertThat(ask("POST", "/sources/self/jump", "").statusCode()).isEqualTo(404);
    assertThat(ask("DELETE", "/sources/self", "").statusCode()).isEqualTo(409);
    HttpResponse<String> put = ask("PUT", "/sources/more", "{\"url\":\"http://x/\"}");
    assertThat(put.statusCode()).isEqualTo(409);
    assertThat(put.body()).contains("control");
  }

  @Test
  void sourcesAreAddedWithinWhatIsAllowedAndRemoved() throws Exception {
    start(config(",'control':{'sources':'sources.control','allow':{'hosts':['127.0.0.1']}}"));
    String source = "{\"url\":\"http://127.0.0.1:" + port + "/n\",\"address\":\"copy\"}";
    assertThat(ask("PUT", "/sources/self", source).statusCode()).isEqualTo(204);
    awaitState("open");
    assertThat(ask("PUT", "/sources/self", source).statusCode()).isEqualTo(409);
    assertThat(ask("POST", "/sources/self/pause", "").statusCode()).isEqualTo(204);
    assertThat(state()).isEqualTo("paused");
    assertThat(ask("POST", "/sources/self/resume", "").statusCode()).isEqualTo(204);
    awaitState("open");
    assertThat(ask("DELETE", "/sources/self", "").statusCode()).isEqualTo(204);
    assertThat(get("/sources").getJsonArray("sources")).isEmpty();
    HttpResponse<String> foreign =
        ask("PUT", "/sources/far", "{\"url\":\"http://192.0.2.1/\",\"address\":\"copy\"}");
    assertThat(foreign.statusCode()).as(foreign.body()).isEqualTo(403);
    HttpResponse<String> wrong = ask("PUT", "/sources/self", "{\"address\":\"copy\"}");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("/url");
  }

  private String state() {
    try {
      JsonArray sources = get("/sources").getJsonArray("sources");
      return sources.isEmpty() ? "" : sources.getJsonObject(0).getString("state");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void awaitState(String wanted) {
    Deadline.await(() -> state().equals(wanted), () -> wanted + ", got " + state());
  }

  @Test
  void whereOthersCanConnectAndNobodyIsAskedOnlyThreePathsAnswer() throws Exception {
    start(config("").replace("'admin':{'port':0}", "'admin':{'port':0,'host':'0.0.0.0'}"));
    for (String path : List.of("/live", "/ready", "/metrics")) {
      assertThat(ask("GET", path, "").statusCode()).as(path).isEqualTo(200);
    }
    for (String path :
        List.of("/streams", "/channels", "/config", "/stats", "/openapi.json", "/n", "/")) {
      HttpResponse<String> answer = ask("GET", path, "");
      assertThat(answer.statusCode()).as(path).isEqualTo(403);
      assertThat(answer.body()).contains("auth");
    }
    assertThat(ask("POST", "/reload", "").statusCode()).isEqualTo(403);
    assertThat(ask("POST", "/n", "x").statusCode()).isEqualTo(403);
  }

  @Test
  void noPageOfAnotherSiteOrNameReloads() throws Exception {
    start(config(""));
    String head = "POST /reload HTTP/1.1\r\nContent-Length: 0\r\n";
    assertThat(probes.raw(admin, head + "Host: evil.example\r\n\r\n").status()).isEqualTo(421);
    assertThat(
            probes
                .raw(admin, head + "Host: localhost\r\nOrigin: https://evil.example\r\n\r\n")
                .status())
        .isEqualTo(403);
    assertThat(probes.raw(admin, head + "Host: localhost\r\n\r\n").status()).isEqualTo(200);
  }

  @Test
  void noSecretOfAFileIsInTheConfigurationThatIsTold() throws Exception {
    Files.writeString(directory.resolve("token"), "a-token-of-a-file-1");
    start(
        config(
            ",'auth':{'tokens':{'ops':{'token':'${file:"
                + directory.resolve("token")
                + "}','admin':'read'}}},'log':{'access':true}"));
    assertThat(ask("GET", "/config", "").statusCode()).isEqualTo(401);
    SseProbe told = probes.get(admin, "/config", "Authorization: Bearer a-token-of-a-file-1");
    assertThat(told.status()).isEqualTo(200);
    Deadline.await(() -> told.body().endsWith("}"), () -> "an answer: " + told.body());
    assertThat(told.body())
        .contains("***", "\"access\":true")
        .doesNotContain("a-token-of-a-file-1");
  }

  @Test
  void theCommandsOfThePageRun() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not in /usr/bin");
    start(config(""));
    probes.get(port, "/n").awaitOpen();
    String id = get("/streams").getJsonArray("streams").getJsonObject(0).getString("id");
    List<String> commands =
        Files.readString(
                Path.of(System.getProperty("project.basedir"), "src/site/markdown/admin.md"))
            .lines()
            .filter(line -> line.startsWith("curl "))
            .toList();
    assertThat(commands).hasSize(4);
    for (String command : commands) {
      Path output = directory.resolve("output");
      Process process =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  command
                      .replace(":9180", ":" + admin)
                      .replace("a-1f", id)
                      .replace("curl ", "exec curl -f --max-time 20 "))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        if (command.contains("-N")) {
          Deadline.await(() -> text(output).contains("data: {"), () -> command + text(output));
        } else {
          assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(command).isTrue();
          assertThat(process.exitValue()).as(command + ": " + text(output)).isZero();
        }
      } finally {
        process.destroy();
      }
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A program whose own stream another program follows. */
  @Test
  void whatComesDuringAPauseIsNotLost() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (BridgeFixture up =
        BridgeFixture.deploy(vertx, "{'routes':{'n':{'path':'/n','address':'n'}}}")) {
      start(
          config(
              ",'sources':{'up':{'url':'http://127.0.0.1:"
                  + up.port()
                  + "/n','address':'n'}},'control':{'sources':'control','allow':{'hosts':['*']}}"));
      awaitState("open");
      SseProbe page = probes.get(port, "/n");
      page.awaitOpen();
      up.publish("n", "before");
      page.awaitData("before");
      assertThat(ask("POST", "/sources/up/pause", "").statusCode()).isEqualTo(204);
      up.publish("n", "meanwhile");
      assertThat(
              ask("PUT", "/sources/up", "{\"url\":\"http://127.0.0.1/\",\"address\":\"x\"}")
                  .statusCode())
          .isEqualTo(409);
      assertThat(ask("POST", "/sources/up/resume", "").statusCode()).isEqualTo(204);
      page.awaitData("meanwhile");
      assertThat(ask("POST", "/sources/up/restart", "").statusCode()).isEqualTo(204);
      up.publish("n", "after");
      page.awaitData("after");
      assertThat(page.data().stream().filter(data -> !data.startsWith("{")))
          .as("but for what is told of the source")
          .containsExactly("before", "meanwhile", "after");

      String added = "{\"url\":\"http://127.0.0.1:" + up.port() + "/n\",\"address\":\"other\"}";
      assertThat(ask("PUT", "/sources/more", added).statusCode()).isEqualTo(204);
      for (int i = 0; i < 20; i++) { // whatever overtakes what, each is done
        var first = CompletableFuture.supplyAsync(() -> status("/sources/more/restart"));
        var second = CompletableFuture.supplyAsync(() -> status("/sources/more/resume"));
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(204);
        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(204);
      }
      assertThat(get("/sources").getJsonArray("sources")).hasSize(2);
      assertThat(get("/sources").encode()).doesNotContain("paused");
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  private int status(String path) {
    try {
      return ask("POST", path, "").statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void noSourceIsAddedThatPublishesWhatRevokesUsers() throws Exception {
    start(
        config(
                ",'control':{'sources':'control','allow':{'hosts':['*']}},"
                    + "'auth':{'revocations':'revoked','tokens':{'ops':{'token':'ops-ops-ops-ops-ops'}}}")
            .replace("'admin':{'port':0}", "'admin':{'port':0,'auth':'none'}"));
    HttpResponse<String> put =
        ask("PUT", "/sources/evil", "{\"url\":\"http://127.0.0.1/\",\"address\":\"revoked\"}");
    assertThat(put.statusCode()).as(put.body()).isEqualTo(400);
    assertThat(put.body()).contains("/address");
  }

  @Test
  void aTokenThatIsTakenOutIsWorthNothingAfterAReload() throws Exception {
    String tokens = ",'auth':{'tokens':{'ops':{'token':'ops-ops-ops-ops-ops','admin':'write'}%s}}";
    String leaked = ",'rd':{'token':'rd-rd-rd-rd-rd-rd-rd','admin':'read'}";
    start(
        config(tokens.formatted(leaked))
            .replace("'admin':{'port':0}", "'admin':{'port':0,'auth':['ops','rd']}"));
    assertThat(readBy("rd-rd-rd-rd-rd-rd-rd")).isEqualTo(200);
    write(
        config(tokens.formatted(""))
            .replace("'admin':{'port':0}", "'admin':{'port':0,'auth':['ops']}"));
    SseProbe reloaded =
        probes.raw(
            admin,
            "POST /reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nAuthorization: Bearer ops-ops-ops-ops-ops\r\n\r\n");
    assertThat(reloaded.status()).as(reloaded.body()).isEqualTo(200);
    assertThat(readBy("rd-rd-rd-rd-rd-rd-rd")).isEqualTo(401);
    assertThat(readBy("ops-ops-ops-ops-ops")).isEqualTo(200);
  }

  private int readBy(String token) {
    return probes.get(admin, "/streams", "Authorization: Bearer " + token).status();
  }

  @Test
  void secretsInTheQueriesOfUrlsAreHidden() throws Exception {
    start(
        config(",'auth':{'forward':{'f':{'url':'http://127.0.0.1:1/auth?apikey=SECRETKEY1'}}}")
            .replace("'admin':{'port':0}", "'admin':{'port':0,'auth':'none'}"));
    assertThat(get("/config").encode()).contains("/auth?***").doesNotContain("SECRETKEY1");
  }

  @Test
  void itIsNotReadyFromTheFirstMomentOnAlsoWhileAReloadHangs() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    write(config(""));
    ReloadRequests requests = new ReloadRequests();
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      program =
          Program.start(
              read(),
              1,
              named -> {
                reading.countDown();
                held.await();
                return read();
              },
              requests);
      admin = log.portIn("admin port:");
    }
    CompletableFuture<Integer> asked = CompletableFuture.supplyAsync(() -> status("/reload"));
    assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
    Thread stop = new Thread(this::stopProgram);
    stop.start();
    Deadline.await(() -> ready() == 503, () -> "not ready");
    held.countDown();
    stop.join();
    assertThat(asked.get(20, TimeUnit.SECONDS)).isIn(200, 503);
  }

  private int ready() {
    return probes.get(admin, "/ready").status();
  }
}
