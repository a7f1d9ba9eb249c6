package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no route is found for write nothing into a log, however many they are. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class MalformedTest {
  private static final String CONFIG =
      "{'routes':{'t':{'path':'/topics/:topic','address':'topics.{topic}','linger':0}},"
          + "'publish':{'t':{'path':'/topics/:topic','address':'topics.{topic}'}}}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /topics/%zz",
        "HEAD /topics/%zz",
        "POST /topics/%zz",
        "GET /topics/%c3",
        "GET /%zz",
        "DELETE /%",
        "OPTIONS /%zz"
      })
  void theyAreAnsweredWith400AndWithoutALine(String request, Vertx vertx) {
    Recorder recorder = new Recorder();
    Logger root = Logger.getLogger("");
    root.addHandler(recorder);
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/topics/a");
      String[] parts = request.split(" ", 2);
      for (int i = 0; i < 50; i++) {
        SseProbe asked = bridge.request(parts[0], parts[1], "Content-Length: 0").awaitEnd();
        assertThat(asked.status()).isEqualTo(400);
        assertThat(asked.header("content-type")).isEqualTo("application/problem+json");
      }
      bridge.publish("topics.a", "the end");
      bystander.awaitData("the end");
      assertThat(recorder.lines).isEmpty();
    } finally {
      root.removeHandler(recorder);
    }
  }

  private static final class Recorder extends Handler {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    public void publish(LogRecord entry) {
      if (entry.getLevel().intValue() >= Level.INFO.intValue()
          && !LogRecorder.isOfABusyMachine(entry)
          && !String.valueOf(entry.getLoggerName()).startsWith("org.junit")) {
        lines.add(entry.getLoggerName() + ": " + entry.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
