package dev.ssebridge.internal.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Nginx;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code tail} and {@code publish} before a bridge behind nginx, which buffers or does not. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class CommandsBehindNginxTest {
  private static final String CONFIG =
      "{'http':{'hosts':['*']},'routes':{'t':{'path':'/t','address':'t'},"
          + "'few':{'path':'/few','address':'few','maxEvents':2,'retry':'10ms'}},"
          + "'publish':{'t':{'path':'/t','address':'t'}}}";

  @BeforeAll
  static void requireNginx() {
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(
          Files.isExecutable(Nginx.BINARY),
          Nginx.BINARY + " is missing (Debian package nginx); with CI=true this test fails");
    }
  }

  private static Nginx nginx(Path directory, BridgeFixture bridge, String directives)
      throws Exception {
    TestCertificate certificate = TestCertificate.forHost("dns:localhost");
    return Nginx.start(directory, certificate, bridge.port(), directives);
  }

  @Test
  void whoeverHeedsTheHeadersOfTheBridgePassesEventsOnAtOnce(Vertx vertx, @TempDir Path directory)
      throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG);
        Nginx nginx = nginx(directory, bridge, "")) {
      RunningCommand tail = RunningCommand.tail("--until=1", "localhost:" + nginx.plain() + "/t");
      tail.awaitErr("connected to http://localhost:" + nginx.plain() + "/t: 200, HTTP/1.1");
      bridge.publish("t", "x");
      assertThat(tail.exit()).isZero();
      assertThat(tail.out()).isEqualTo("x\n");
    }
  }

  @Test
  void aProxyThatBuffersShowsAsAnAnswerThatDoesNotComeAndAsEventsThatComeTogether(
      Vertx vertx, @TempDir Path directory) throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG);
        Nginx nginx = nginx(directory, bridge, "proxy_ignore_headers X-Accel-Buffering;")) {
      String base = "http://127.0.0.1:" + nginx.plain();
      RunningCommand impatient = RunningCommand.tail("--timeout=1s", base + "/t");
      assertThat(impatient.exit()).isEqualTo(1);
      assertThat(impatient.err())
          .contains("no response within 1000 ms; a proxy on the way may hold the stream back");

      RunningCommand patient = RunningCommand.tail("--until=2", base + "/few");
      bridge.awaitStreams(1);
      bridge.publish("few", "one");
      patient.awaitErr("no answer for 5");
      assertThat(patient.out()).isEmpty();
      bridge.publish("few", "two"); // which ends the stream, so that it is let go
      assertThat(patient.exit()).isZero();
      assertThat(patient.out()).isEqualTo("one\ntwo\n");
    }
  }

  @Test
  void eventsArePublishedAsTheyComeAndInRequestsThatAnyProxyLetsThrough(
      Vertx vertx, @TempDir Path directory) throws Exception {
    int count = 20_000; // more than the megabyte that nginx lets through
    String lines = ("\"" + "x".repeat(98) + "\"\n").repeat(count);
    PipedOutputStream pipe = new PipedOutputStream();
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG);
        Nginx nginx = nginx(directory, bridge, "client_body_buffer_size 1m;")) {
      SseProbe probe = bridge.open("/t");
      String url = "http://127.0.0.1:" + nginx.plain() + "/t";
      RunningCommand many = new RunningCommand.Setting().in(lines).publish("--ndjson", url);
      assertThat(many.exit()).as(many.err()).isZero();
      probe.awaitEvents(count);
      RunningCommand follow =
          new RunningCommand.Setting().in(new PipedInputStream(pipe)).publish("-f", url);
      pipe.write("now\n".getBytes(StandardCharsets.UTF_8));
      pipe.flush();
      assertThat(probe.awaitEvents(count + 1).get(count).data()).isEqualTo("now");
      pipe.close();
      assertThat(follow.exit()).isZero();
    }
  }
}
