package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console on the admin port of a running program, and how one finds it. */
class ConsolePortTest {
  private static final HttpClient CLIENT = HttpCalls.client();

  @TempDir Path directory;

  private final SseProbes probes = new SseProbes();
  private final ReloadRequests requests = new ReloadRequests();
  private @Nullable Program program;
  private int port;
  private int admin;

  @AfterEach
  void stop() {
    probes.close();
    if (program != null) {
      program.stop();
    }
  }

  private void start(String config) throws Exception {
    write(config);
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      program = Program.start(read(), 1, named -> read(), requests);
      port = log.portIn("listening on");
      admin = log.portIn("admin port:");
    }
  }

  private void write(String config) throws Exception {
    Files.writeString(directory.resolve("b.json"), config.replace('\'', '"'));
  }

  private Reading read() {
    return new Reading(ConfigFile.read(directory.resolve("b.json")), Instant.now());
  }

  private static String config(String adminBlock, String more) {
    return "{'http':{'port':0},'admin':{" + adminBlock + "}" + more + "}";
  }

  private static HttpResponse<String> get(int at, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path))
            .timeout(Deadline.PATIENCE);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private String link() {
    return "href=\"http://127.0.0.1:" + admin + "/console/\"";
  }

  @Test
  void thePortLeadsToItAndTheRoutesAreWhereItIsTold() throws Exception {
    start(config("'port':0", ",'routes':{'n':{'path':'/n','address':'n'}}"));
    HttpResponse<String> root = get(admin, "/");
    assertThat(root.statusCode()).isEqualTo(302);
    URI console = root.uri().resolve(root.headers().firstValue("location").orElseThrow());
    assertThat(console.getPath()).isEqualTo("/console/");
    assertThat(get(admin, "/console/").statusCode()).isEqualTo(200);
    JsonObject setup = new JsonObject(get(admin, "/console/setup.json").body());
    assertThat(setup.getBoolean("program")).isTrue();
    URI routes = console.resolve(setup.getString("routes"));
    SseProbe stream = probes.get(admin, routes.resolve("n").getPath());
    stream.awaitOpen();
    assertThat(get(admin, console.resolve(setup.getString("admin")).getPath() + "whoami").body())
        .isEqualTo("{\"user\":null,\"provider\":null,\"admin\":\"write\"}");
  }

  @Test
  void aRouteThatHasTheRootKeepsIt() throws Exception {
    start(config("'port':0", ",'routes':{'n':{'path':'/','address':'n'}}"));
    SseProbe stream = probes.get(admin, "/");
    stream.awaitOpen();
    assertThat(get(admin, "/console/").statusCode()).isEqualTo(200);
  }

  @Test
  void aReloadSwitchesItOffAndOn() throws Exception {
    start(config("'port':0,'console':false", ",'demo':{}"));
    assertThat(get(admin, "/").statusCode()).isEqualTo(404);
    assertThat(get(admin, "/console/").statusCode()).isEqualTo(404);
    assertThat(get(admin, "/console").statusCode()).isEqualTo(404);
    assertThat(get(port, "/").body()).doesNotContain(link());

    write(config("'port':0", ",'demo':{}"));
    requests.request();
    Deadline.await(() -> status("/console/") == 200, () -> "the console after a reload");
    assertThat(get(port, "/").body()).contains(link());
  }

  private int status(String path) {
    return new HttpCalls(admin).get(path).statusCode();
  }

  @Test
  void whereOthersCanConnectItIsServedOnlyIfSomebodyIsAskedWhoHeIs() throws Exception {
    start(config("'port':0,'host':'0.0.0.0'", ",'demo':{}"));
    assertThat(get(admin, "/console/").statusCode()).isEqualTo(403);
    assertThat(get(port, "/").body()).doesNotContain("/console/");
  }

  @Test
  void itsFilesAreForAllWhereSomebodyIsAskedAndItsFiguresAreNot() throws Exception {
    start(
        config(
            "'port':0,'host':'0.0.0.0'",
            ",'auth':{'tokens':{'ops':{'token':'a-token-of-ops-1','admin':'read'}}}"));
    assertThat(get(admin, "/console/").statusCode()).isEqualTo(200);
    assertThat(get(admin, "/stats").statusCode()).isEqualTo(401);
  }

  @Test
  void theFrontPageOfTheDemoLeadsThereWhoSitsAtThisMachine() throws Exception {
    start("{'http':{'port':0,'hosts':['*']},'admin':{'port':0},'demo':{}}");
    assertThat(get(port, "/").body()).contains(link());
    for (String header : new String[] {"x-forwarded-for", "forwarded"}) {
      assertThat(get(port, "/", header, "for=192.0.2.1").body())
          .as(header)
          .doesNotContain("/console/");
    }
    SseProbe named = probes.raw(port, "GET / HTTP/1.1\r\nHost: bridge.example\r\n\r\n");
    Deadline.await(() -> named.body().contains("</html>"), () -> "the page: " + named.body());
    assertThat(named.body()).contains("/slow").doesNotContain("/console/");
  }

  @Test
  void aPortThatIsTakenIsToldWithTheKeyThatSetsAnother() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String config = config("'port':" + taken.getLocalPort(), "");
      assertThatThrownBy(() -> start(config))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort() + " (admin): ")
          .hasMessageContaining("admin.port");
    }
  }

  @Test
  void theDemoTakesAnotherPortAndLeadsThere() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      start(config("'port':" + taken.getLocalPort(), ",'demo':{}"));
      assertThat(admin).isNotEqualTo(taken.getLocalPort());
      assertThat(get(port, "/").body()).contains(link());
      assertThat(get(admin, "/console/").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void itIsToldWhereEachValueIsWritten() throws Exception {
    start(config("'port':0", ",'log':{'level':'warning'}"));
    assertThat(new JsonObject(get(admin, "/config").body()).containsKey("origins")).isFalse();
    JsonObject told = new JsonObject(get(admin, "/config?origins=true").body());
    assertThat(told.getJsonObject("config").getJsonObject("log").getString("level"))
        .isEqualTo("warning");
    assertThat(told.getJsonObject("origins").getString("/log/level")).matches(".*b\\.json:1:\\d+");
    assertThat(told.getJsonObject("origins").fieldNames())
        .containsExactlyInAnyOrder("/http/port", "/admin/port", "/log/level");
    assertThat(get(admin, "/config?origins=maybe").statusCode()).isEqualTo(400);
  }

  @Test
  void theFiguresTellHowFarStreamsAreBehindNow() throws Exception {
    start(config("'port':0", ",'routes':{'n':{'path':'/n','address':'n'}}"));
    probes.get(port, "/n").awaitOpen();
    Deadline.await(() -> lag("n").getInteger("streams") == 1, () -> "one stream: " + lag("n"));
    assertThat(lag("n").getLong("max")).isZero();
    JsonObject stats = new JsonObject(new HttpCalls(admin).text("/stats").body());
    assertThat(stats.getJsonObject("lag")).isEqualTo(lag("n"));
    assertThat(stats.getJsonObject("limits").getInteger("streams")).isEqualTo(100_000);
  }

  @Test
  void aStreamThatDoesNotReadIsBehindAndTheOthersAreNot() throws Exception {
    start(
        config(
            "'port':0",
            ",'routes':{'slow':{'path':'/slow','address':'n'},'n':{'path':'/n','address':'m'}},"
                + "'publish':{'n':{'path':'/slow','address':'n'}}"));
    probes.get(port, "/n").awaitOpen();
    try (Socket unread = new Socket(InetAddress.getLoopbackAddress(), port)) {
      unread.setReceiveBufferSize(4096);
      unread
          .getOutputStream()
          .write("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      Deadline.await(() -> lag("slow").getInteger("streams") == 1, () -> "one stream");
      String message = "x".repeat(60_000);
      Deadline.await(
          () -> {
            new HttpCalls(port).post("/slow", message, "content-type", "text/plain");
            return lag("slow").getLong("max") > 100;
          },
          () -> "a lag: " + lag("slow"));
      JsonObject slow = lag("slow");
      assertThat(slow.getLong("p50")).isEqualTo(slow.getLong("max"));
      assertThat(lag("n").getLong("max")).isZero();
    }
  }

  private JsonObject lag(String route) {
    return new JsonObject(new HttpCalls(admin).text("/stats").body())
        .getJsonObject("routes")
        .getJsonObject(route)
        .getJsonObject("lag");
  }
}
