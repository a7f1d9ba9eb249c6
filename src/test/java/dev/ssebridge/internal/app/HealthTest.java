package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program tells of itself, on a port of its own. */
@Tag("slow")
class HealthTest {
  @TempDir Path directory;

  /** A program, and where it listens. */
  private static final class Running implements AutoCloseable {
    private final Program program;
    private final int port;
    private final int admin;

    Running(Path directory, String config) throws Exception {
      Path file = Files.writeString(directory.resolve("b.json"), config.replace('\'', '"'));
      try (LogRecorder log = LogRecorder.of(Program.class)) {
        program = Program.start(ConfigFile.read(file), 2);
        port = log.portIn("listening on");
        admin = log.portIn("admin port:");
      }
    }

    HttpResponse<String> get(String path) {
      return new HttpCalls(admin).text(path);
    }

    int status(String path) {
      return get(path).statusCode();
    }

    @Override
    public void close() {
      program.stop();
    }
  }

  private static String config(String http, String more) {
    return "{'http':{'port':0"
        + http
        + "},'admin':{'port':0,'loopTimeout':'2s'},'routes':{'n':{'path':'/n','address':'n'}},"
        + "'publish':{'n':{'path':'/n','address':'n'}}"
        + more
        + "}";
  }

  private static JsonObject part(HttpResponse<String> answer, String name) {
    JsonArray checks = new JsonObject(answer.body()).getJsonArray("checks");
    for (int i = 0; i < checks.size(); i++) {
      if (checks.getJsonObject(i).getString("id").equals(name)) {
        return checks.getJsonObject(i);
      }
    }
    throw new AssertionError(answer.body());
  }

  @Test
  void whatServesIsLiveAndReady() throws Exception {
    try (Running running = new Running(directory, config("", ""));
        SseProbes probes = new SseProbes()) {
      HttpResponse<String> live = running.get("/live");
      assertThat(live.statusCode()).isEqualTo(200);
      assertThat(part(live, "loops").getString("status")).isEqualTo("UP");
      HttpResponse<String> ready = running.get("/ready");
      assertThat(ready.statusCode()).isEqualTo(200);
      for (String part : new String[] {"loops", "routes", "sources"}) {
        assertThat(part(ready, part).getString("status")).isEqualTo("UP");
      }
      HttpResponse<String> metrics = running.get("/metrics");
      assertThat(metrics.statusCode()).isEqualTo(200);
      assertThat(metrics.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
      assertThat(metrics.body()).contains("ssebridge_", "route=\"n\"");
      probes.get(running.admin, "/n").awaitOpen();
      assertThat(running.status("/other")).isEqualTo(404);
      SseProbe evil = probes.raw(running.admin, "GET /live HTTP/1.1\r\nHost: evil.example\r\n\r\n");
      assertThat(evil.status()).isEqualTo(421);
      SseProbe put =
          probes.raw(
              running.admin,
              "DELETE /live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
      assertThat(put.status()).isEqualTo(405);
      assertThat(running.status("/live")).isEqualTo(200);
    }
  }

  @Test
  void aSourceThatIsDownForTooLongMakesItNotReady() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Running running = new Running(directory, config("", sources(silent.getLocalPort())))) {
      Deadline.await(() -> running.status("/ready") == 503, () -> "a source that is missed");
      HttpResponse<String> ready = running.get("/ready");
      JsonObject part = part(ready, "sources");
      assertThat(part.getString("status")).isEqualTo("DOWN");
      assertThat(part.getJsonObject("data").getString("reason")).endsWith("tolerance: short");
      assertThat(part(ready, "routes").getString("status")).isEqualTo("UP");
      assertThat(running.status("/live")).isEqualTo(200);
    }
  }

  /** Three that get no answer there, and may do without one for some time. */
  private static String sources(int port) {
    String source = "{'url':'http://127.0.0.1:" + port + "/x','address':'x','tolerance':";
    return ",'sources':{'short':"
        + source
        + "'1ms'},'long':"
        + source
        + "'1h'},'any':"
        + source
        + "null}}";
  }

  @Test
  void whatIsToldToStopIsNotReadyAndServesOnForAWhile() throws Exception {
    Running running = new Running(directory, config(",'drainDelay':'10s','drain':0", ""));
    try (SseProbes probes = new SseProbes()) {
      SseProbe stream = probes.get(running.port, "/n");
      stream.awaitOpen();
      Thread stop = new Thread(running::close);
      stop.start();
      Deadline.await(() -> running.status("/ready") == 503, () -> "that it is not ready");
      HttpResponse<String> ready = running.get("/ready");
      assertThat(part(ready, "routes").getJsonObject("data").getString("reason"))
          .contains("shutting down");
      assertThat(running.status("/live")).isEqualTo(200);
      SseProbe late = probes.get(running.port, "/n");
      late.awaitOpen();
      SseProbe post =
          probes.raw(
              running.port,
              "POST /n HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                  + "Content-Length: 4\r\n\r\nlast");
      assertThat(post.status()).isEqualTo(202);
      stream.awaitData("last");
      late.awaitData("last");
      stream.awaitEnd();
      late.awaitEnd();
      stop.join();
    }
  }
}
