package dev.ssebridge.internal.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies in a content coding, and with a byte order mark. */
@ExtendWith(VertxExtension.class)
class CodedBodyTest {
  private static final String CONFIG =
      "{'publish':{'p':{'path':'/p','address':'p','maxBody':'2KiB'}}}";

  private final CopyOnWriteArrayList<String> got = new CopyOnWriteArrayList<>();
  private Vertx vertx;

  @BeforeEach
  void start(Vertx started) {
    vertx = started;
    BridgeFixture.get(
        vertx.eventBus().consumer("p", m -> got.add(String.valueOf(m.body()))).completion());
  }

  @Test
  void gzipAndDeflateAreInflated() throws IOException {
    byte[] text = "h\u00e9llo".getBytes(UTF_8);
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    try (OutputStream out =
        new DeflaterOutputStream(raw, new Deflater(Deflater.BEST_SPEED, true))) {
      out.write(text);
    }
    byte[] two = concat(gzip("h\u00e9".getBytes(UTF_8)), gzip("llo".getBytes(UTF_8)));
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      assertThat(post(bridge, "gzip", "text/plain", gzip(text)).status()).isEqualTo(202);
      assertThat(post(bridge, "X-GZIP", "text/plain", two).status()).isEqualTo(202);
      assertThat(post(bridge, "deflate", "text/plain", zlib(text)).status()).isEqualTo(202);
      assertThat(post(bridge, "deflate", "text/plain", raw.toByteArray()).status()).isEqualTo(202);
      assertThat(post(bridge, "identity", "text/plain", text).status()).isEqualTo(202);
      awaitMessages("h\u00e9llo", "h\u00e9llo", "h\u00e9llo", "h\u00e9llo", "h\u00e9llo");
    }
  }

  @Test
  void aStreamingBodyIsInflatedAsItArrives() throws IOException {
    byte[] lines = gzip("1\n2\n".getBytes(UTF_8));
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe =
          bridge.request(
              "POST",
              "/p",
              "Content-Type: application/x-ndjson",
              "Content-Encoding: gzip",
              "Content-Length: " + lines.length);
      for (byte each : lines) {
        probe.send(new byte[] {each});
      }
      assertThat(probe.awaitEnd().body()).isEqualTo("{\"published\":2}");
      awaitMessages("1", "2");
    }
  }

  @Test
  void aBodyThatAHandlerBeforeHasReadIsInflatedToo() throws IOException {
    try (BridgeFixture bridge =
        BridgeFixture.withRouter(
            vertx, CONFIG, router -> router.route().handler(BodyHandler.create()))) {
      byte[] body = gzip("read".getBytes(UTF_8));
      assertThat(post(bridge, "gzip", "text/plain", body).status()).isEqualTo(202);
      awaitMessages("read");
    }
  }

  @Test
  void otherCodingsAreRefusedWithThoseThatAreKnown() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      for (String coding : List.of("br", "zstd", "gzip, gzip", "compress", "gzip, br")) {
        SseProbe probe = post(bridge, coding, "text/plain", "m".getBytes(UTF_8));
        assertThat(probe.status()).as(coding).isEqualTo(415);
        assertThat(probe.header("accept-encoding")).isEqualTo("gzip, deflate");
      }
      assertThat(got).isEmpty();
    }
  }

  @Test
  void whatIsNotInItsCodingIsRefused() throws IOException {
    byte[] whole = gzip("hello".getBytes(UTF_8));
    byte[] forged = whole.clone();
    forged[whole.length - 6] ^= 1;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      for (byte[] body :
          List.of(
              "hello".getBytes(UTF_8),
              Arrays.copyOf(whole, whole.length - 1),
              Arrays.copyOf(whole, 5),
              forged,
              concat(whole, "x".getBytes(UTF_8)))) {
        assertThat(post(bridge, "gzip", "text/plain", body).status()).isEqualTo(400);
      }
      assertThat(post(bridge, "deflate", "text/plain", new byte[] {1}).status()).isEqualTo(400);
      assertThat(got).isEmpty();
    }
  }

  @Test
  void limitsCountWhatItBecomes() throws IOException {
    byte[] large = gzip(new byte[16 << 20]);
    byte[] blank = gzip("\n".repeat(16 << 20).getBytes(UTF_8));
    byte[] comments = gzip(":\n".repeat(8 << 20).getBytes(UTF_8));
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      assertThat(post(bridge, "gzip", "text/plain", large).status()).isEqualTo(413);
      assertThat(post(bridge, "gzip", "application/x-ndjson", blank).status()).isEqualTo(413);
      assertThat(post(bridge, "gzip", "text/event-stream", comments).status()).isEqualTo(413);
      assertThat(got).isEmpty();
    }
  }

  /** Whatever was taken of it; and there is nobody to answer where the connection is gone. */
  @Test
  void aCodedBodyThatStopsIsLateOrGivenUp() throws IOException {
    byte[] body = gzip("1\n".repeat(10_000).getBytes(UTF_8));
    String late = CONFIG.replace("'2KiB'", "'2KiB','bodyTimeout':'300ms'");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, late)) {
      String[] head = {
        "Content-Type: application/x-ndjson",
        "Content-Encoding: gzip",
        "Content-Length: " + body.length
      };
      SseProbe stalled =
          bridge.request("POST", "/p", head).send(Arrays.copyOf(body, body.length - 4));
      bridge.request("POST", "/p", head).send(Arrays.copyOf(body, body.length - 4)).close();
      stalled.awaitEnd();
      assertThat(stalled.status()).isEqualTo(408);
      assertThat(stalled.body()).contains("bodyTimeout", "\"published\":10000");
      assertThat(post(bridge, "gzip", "application/x-ndjson", body).status()).isEqualTo(202);
    }
  }

  @Test
  void aByteOrderMarkBeforeJsonIsPassedOver() {
    byte[] bom = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      for (String[] each :
          new String[][] {
            {"application/json", "{\"a\":1}"},
            {"application/x-ndjson", "2\n3\n"},
            {"text/event-stream", "data: 4\n\n"},
            {"text/plain", "5"}
          }) {
        byte[] body = concat(bom, each[1].getBytes(UTF_8));
        assertThat(post(bridge, "identity", each[0], body).status()).as(each[0]).isEqualTo(202);
      }
      awaitMessages("{\"a\":1}", "2", "3", "4", "\uFEFF5");
    }
  }

  private void awaitMessages(String... messages) {
    Deadline.await(() -> got.equals(List.of(messages)), got::toString);
  }

  private static SseProbe post(BridgeFixture bridge, String coding, String type, byte[] body) {
    SseProbe probe =
        bridge.request(
            "POST",
            "/p",
            "Content-Type: " + type,
            "Content-Encoding: " + coding,
            "Content-Length: " + body.length);
    probe.send(body);
    return probe.awaitEnd();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(all)) {
      out.write(bytes);
    }
    return all.toByteArray();
  }

  private static byte[] zlib(byte[] bytes) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (OutputStream out = new DeflaterOutputStream(all)) {
      out.write(bytes);
    }
    return all.toByteArray();
  }

  private static byte[] concat(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }
}
