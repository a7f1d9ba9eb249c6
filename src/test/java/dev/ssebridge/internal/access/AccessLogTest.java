package dev.ssebridge.internal.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LONG;

import dev.ssebridge.testing.AccessLines;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The line of a stream at its end, and the one of a request to publish. */
@ExtendWith(VertxExtension.class)
@Ways
@Tag("slow")
class AccessLogTest {
  private static final String TEXT = "Content-Type: text/plain";

  private static Vertx vertx;

  private final AccessLines lines = new AccessLines();

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @AfterEach
  void stop() {
    lines.close();
  }

  private static String config(String ofRoute) {
    return "{'log':{'access':true},'http':{'drain':0},"
        + "'routes':{'n':{'path':'/n/:topic','address':'news.{topic}'"
        + ofRoute
        + "}},"
        + "'publish':{'p':{'path':'/p/:topic','address':'news.{topic}'}}}";
  }

  @Test
  void aStreamHasOneLineWithAllThatBecameOfIt() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(",'maxEvents':3"))) {
      SseProbe probe = bridge.open("/n/secrets?token=abc&last=0");
      bridge.publishNumbers("news.secrets", 1, 3);
      probe.awaitEnd();

      Map<String, Object> line = lines.awaitLine(1);
      assertThat(line)
          .containsEntry("kind", "stream")
          .containsEntry("route", "n")
          .containsEntry("path", "/n/:topic")
          .containsEntry("remote", "127.0.0.1")
          .containsEntry("events", 3L)
          .containsEntry("bytes", probe.bodyBytes())
          .containsEntry("missed", 0L)
          .containsEntry("reason", "max-events")
          .containsOnlyKeys(
              "kind",
              "route",
              "path",
              "id",
              "remote",
              "duration",
              "events",
              "bytes",
              "missed",
              "reason");
      assertThat(line.get("duration")).asInstanceOf(LONG).isBetween(0L, 60_000L);
      assertThat(lines.all()).hasSize(1);
      assertThat(lines.all().get(0).toString()).doesNotContain("secrets", "abc");
    }
  }

  @Test
  void whatAStreamMissedIsInItsLine() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx, config(",'maxEvents':2,'history':{'events':2},'linger':'1m'"))) {
      SseProbe first = bridge.open("/n/a");
      bridge.publishNumbers("news.a", 1, 2);
      first.awaitEnd();
      String id = first.lastEventId();
      lines.awaitLine(1);
      SseProbe keeper = bridge.open("/n/b");
      bridge.publishNumbers("news.a", 3, 9);
      SseProbe second = bridge.get("/n/a", "Last-Event-ID: " + id);
      second.awaitEnd();

      assertThat(lines.awaitLine(2))
          .containsEntry("events", 2L)
          .containsEntry("missed", 5L)
          .containsEntry("bytes", second.bodyBytes())
          .containsEntry("reason", "max-events");
      keeper.close();
      assertThat(lines.awaitLine(3)).containsEntry("events", 0L);
    }
  }

  @Test
  void aClientThatLeavesIsGone() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(""))) {
      bridge.open("/n/a").close();
      assertThat(lines.awaitLine(1)).containsEntry("reason", "client-gone");
      bridge.open("/n/a").reset();
      assertThat(lines.awaitLine(2)).containsEntry("reason", "client-gone");
    }
  }

  @Test
  void aStreamThatBecomesTooOldSaysSo() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(",'maxAge':'100ms'"))) {
      SseProbe probe = bridge.open("/n/a");
      probe.awaitEnd();
      assertThat(lines.awaitLine(1))
          .containsEntry("reason", "max-age")
          .containsEntry("bytes", probe.bodyBytes());
    }
  }

  @Test
  void theEndOfTheBridgeIsThatOfAStreamWithItsLastWords() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(""))) {
      SseProbe probe = bridge.open("/n/a");
      BridgeFixture.get(bridge.bridge().close());
      probe.awaitEnd();
      assertThat(lines.awaitLine(1))
          .containsEntry("reason", "drained")
          .containsEntry("bytes", probe.bodyBytes());
    }
  }

  private static SseProbe stopped(BridgeFixture bridge) {
    bridge.probes().receiveBuffer(32 * 1024);
    SseProbe slow = bridge.open("/n/a");
    slow.stopReading();
    for (int i = 1; i <= 2000; i++) {
      bridge.publish("news.a", i + "x".repeat(8000));
    }
    return slow;
  }

  @Test
  void aReaderThatTakesNothingIsStalled() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, config(",'stalled':'300ms','heartbeat':0"))) {
      SseProbe slow = stopped(bridge);
      assertThat(lines.awaitLine(1)).containsEntry("reason", "stalled");
      slow.close();
    }
  }

  @Test
  void aReaderThatIsTooFarBehindIsSlow() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx, config(",'slow':{'policy':'disconnect','lag':{'events':10}}"))) {
      SseProbe slow = stopped(bridge);
      bridge.awaitEnds(1);
      slow.goOn();
      slow.awaitEnd();

      assertThat(lines.awaitLine(1))
          .containsEntry("reason", "slow")
          .containsEntry("events", (long) slow.data().size())
          .containsEntry("bytes", slow.bodyBytes());
    }
  }

  @Test
  void anApplicationThatEndsAStreamIsItsReason() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(""))) {
      SseProbe probe = bridge.open("/n/a");
      String id = BridgeFixture.get(bridge.bridge().streams()).get(0).id();
      BridgeFixture.get(bridge.bridge().endStream(id));
      probe.awaitEnd();
      assertThat(lines.awaitLine(1)).containsEntry("reason", "application").containsEntry("id", id);
    }
  }

  @Test
  void aSubscribeHandlerThatSetsATimeIsTheReason() {
    try (BridgeFixture bridge =
        BridgeFixture.withHandlers(
            vertx,
            config(""),
            each ->
                each.subscribeHandler(
                    asked -> asked.endAt(Instant.now().plusMillis(200)).accept()))) {
      bridge.open("/n/a").awaitEnd();
      assertThat(lines.awaitLine(1)).containsEntry("reason", "expired");
    }
  }

  @Test
  void aRequestToPublishHasOneLine() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(""))) {
      bridge
          .request("POST", "/p/hidden?event=x", TEXT, "Content-Length: 5")
          .send("hello")
          .awaitEnd();
      Map<String, Object> line = lines.awaitLine(1);
      assertThat(line)
          .containsEntry("kind", "publish")
          .containsEntry("rule", "p")
          .containsEntry("path", "/p/:topic")
          .containsEntry("remote", "127.0.0.1")
          .containsEntry("status", 202L)
          .containsEntry("messages", 1L)
          .containsEntry("bytes", 5L)
          .containsOnlyKeys(
              "kind", "rule", "path", "remote", "status", "messages", "bytes", "duration");

      String body = "{\"a\":1}\n{\"a\":2}\n";
      bridge
          .request(
              "POST",
              "/p/hidden",
              "Content-Type: application/x-ndjson",
              "Content-Length: " + body.length())
          .send(body)
          .awaitEnd();
      assertThat(lines.awaitLine(2))
          .containsEntry("status", 202L)
          .containsEntry("messages", 2L)
          .containsEntry("bytes", (long) body.length());
    }
  }

  @Test
  void aRequestThatIsRefusedHasItsStatus() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(""))) {
      bridge.request("POST", "/p/a", "Content-Type: image/png", "Content-Length: 0").awaitEnd();
      assertThat(lines.awaitLine(1)).containsEntry("status", 415L).containsEntry("messages", 0L);
    }
  }

  @Test
  void aSenderThatLeavesInTheMiddleHasNoStatus() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(""))) {
      SseProbe probe =
          bridge
              .request("POST", "/p/a", "Content-Type: application/x-ndjson", "Content-Length: 1000")
              .send("{\"a\":1}\n");
      bridge.open("/n/a?from=earliest").awaitEvents(1);
      probe.reset();
      assertThat(lines.awaitLine(1))
          .containsEntry("kind", "publish")
          .containsEntry("status", 0L)
          .containsEntry("messages", 1L)
          .containsEntry("bytes", 8L);
    }
  }

  @Test
  void withoutTheOptionThereIsNone() {
    String off = config(",'maxEvents':1").replace("'access':true", "'access':false");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, off)) {
      SseProbe probe = bridge.open("/n/a");
      bridge.request("POST", "/p/a", TEXT, "Content-Length: 5").send("hello").awaitEnd();
      probe.awaitEnd();
      bridge.awaitEnds(1);
    }
    assertThat(lines.all()).isEmpty();
  }
}
