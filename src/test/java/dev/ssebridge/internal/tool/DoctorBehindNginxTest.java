package dev.ssebridge.internal.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Nginx;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report of a bridge behind nginx, as it is installed and as it breaks streams. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class DoctorBehindNginxTest {
  @BeforeAll
  static void requireNginx() {
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(
          Files.isExecutable(Nginx.BINARY),
          Nginx.BINARY + " is missing (Debian package nginx); with CI=true this test fails");
    }
  }

  private static final String HOLD = "proxy_ignore_headers X-Accel-Buffering;";
  private static final String GZIP = "gzip on; gzip_types *; gzip_min_length 1;";

  private static Examined examined(
      Vertx vertx, Path directory, String heartbeat, String directives, String... more)
      throws Exception {
    String config =
        "{'http':{'hosts':['*']},'routes':{'t':{'path':'/t','address':'t','heartbeat':'"
            + heartbeat
            + "'}},'publish':{'t':{'path':'/t','address':'t'}}}";
    TestCertificate certificate = TestCertificate.forHost("dns:localhost,ip:127.0.0.1");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config);
        Nginx nginx = Nginx.start(directory, certificate, bridge.port(), directives)) {
      String url = "http://127.0.0.1:" + nginx.plain() + "/t";
      String[] all = new String[more.length + 3];
      all[0] = url;
      all[1] = "--publish";
      all[2] = url;
      System.arraycopy(more, 0, all, 3, more.length);
      return Examined.of(all);
    }
  }

  private static String[] whole(String compression) {
    return new String[] {
      "OK connect 127.0.0.1 port P in T",
      "note http HTTP/1.1: a browser opens six connections to a host, and each stream takes one",
      "OK status 200",
      "OK content type text/event-stream",
      "OK caching cache-control: no-store, no-transform",
      "OK buffering no x-accel-buffering; nginx keeps that header to itself",
      "OK head after T",
      "OK compression " + compression,
      "OK first byte T after the head",
      "OK heartbeats not a byte for T at most; the usual proxies allow T and more",
      "OK retry T",
      "OK delay 3 probes came back within T",
      "OK resume goes on with the event after the id, nothing missing",
      "OK HEAD 200, with sse-position",
      "0 wrong, 1 note, 15 OK"
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "proxy_http_version 1.1;"})
  void asInstalledItPassesEventsOn(String version, Vertx vertx, @TempDir Path directory)
      throws Exception {
    Examined examined = examined(vertx, directory, "500ms", version, "--for", "2s");
    assertThat(examined.lines())
        .as(examined.err())
        .contains(whole("none, though gzip, deflate and br were offered"))
        .hasSize(17);
    assertThat(examined.about("between")).startsWith("OK between server: nginx");
    assertThat(examined.about("stream")).contains(": 3 events, ");
    assertThat(examined.exit()).isEqualTo(Terminal.DONE);
  }

  @Test
  void itCompressesWithoutHoldingEventsBack(Vertx vertx, @TempDir Path directory) throws Exception {
    Examined examined = examined(vertx, directory, "500ms", GZIP, "--for", "2s");
    assertThat(examined.lines())
        .as(examined.err())
        .contains(whole("gzip, and what is sent comes through"))
        .hasSize(17);
    assertThat(examined.exit()).isEqualTo(Terminal.DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {HOLD, HOLD + GZIP})
  void bufferingHoldsBackEvenTheHead(String directives, Vertx vertx, @TempDir Path directory)
      throws Exception {
    Examined examined = examined(vertx, directory, "500ms", directives, "--timeout", "1s");
    assertThat(examined.lines())
        .containsExactly(
            "OK connect 127.0.0.1 port P in T",
            "wrong head none: no answer within T, nor when an event was published, though HEAD is"
                + " answered (200): something holds it back",
            "1 wrong, 0 notes, 1 OK");
    assertThat(examined.about("head"))
        .contains("nginx: proxy_buffering off (and no proxy_ignore_headers X-Accel-Buffering)");
    assertThat(examined.exit()).isEqualTo(Terminal.FAILED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "proxy_http_version 1.1;"})
  void aReadTimeoutBelowTheHeartbeatCutsStreams(
      String version, Vertx vertx, @TempDir Path directory) throws Exception {
    String directives = version + "proxy_read_timeout 2s;";
    Examined examined = examined(vertx, directory, "1m", directives, "--for", "20s");
    assertThat(examined.about("stream"))
        .startsWith("wrong stream was cut (the connection was closed) after ")
        .contains(", silent for ")
        .contains("raise it (nginx: proxy_read_timeout), or send heartbeats more often");
    assertThat(examined.about("resume")).startsWith("OK resume goes on with the event after");
    assertThat(examined.exit()).isEqualTo(Terminal.FAILED);
  }
}
