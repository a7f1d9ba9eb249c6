package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands for somebody in a URL, and for whom it does not. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class TicketsTest {
  private static final String CONFIG =
      "{'auth':{'tickets':{},'revocations':'gone','tokens':{"
          + "'all':{'token':'all-all-all-all-all','subscribe':['rooms.*']},"
          + "'one':{'token':'one-one-one-one-one','subscribe':['rooms.a']}}},"
          + "'routes':{'r':{'path':'/rooms/:room','address':'rooms.{room}'},"
          + "'same':{'path':'/same/:room','address':'rooms.{room}'},"
          + "'free':{'path':'/free','address':'free','auth':'none'}}}";
  private static final String[] EVENT_SOURCE = {"Accept: text/event-stream"};

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static String ticket(BridgeFixture bridge, String path, String... headers) {
    SseProbe asked = ask(bridge, path, headers);
    assertThat(asked.status()).isEqualTo(200);
    assertThat(asked.header("cache-control")).isEqualTo("no-store");
    return new JsonObject(asked.awaitEnd().body()).getString("ticket");
  }

  private static SseProbe ask(BridgeFixture bridge, String path, String... headers) {
    List<String> lines = new ArrayList<>(List.of(headers));
    lines.add("Authorization: Bearer all-all-all-all-all");
    lines.add("Content-Length: 0");
    return bridge.request("POST", path + "/ticket", lines.toArray(String[]::new));
  }

  private static void assertRefused(SseProbe probe) {
    assertThat(probe.awaitEnd().status()).isEqualTo(200);
    assertThat(probe.events()).hasSize(1);
    assertThat(probe.awaitJson("sse.refused").getString("reason")).contains("ticket");
    assertThat(probe.retry()).isPositive();
  }

  @Test
  void aTicketOpensItsStreamOnceAndBringsItsClientBack() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG, 2)) {
      String target = "/rooms/a?ticket=" + ticket(bridge, "/rooms/a");
      SseProbe first = bridge.open(target, EVENT_SOURCE);
      bridge.publish("rooms.a", "one");
      first.awaitData("one");
      String seen = first.lastEventId();
      assertRefused(bridge.get(target, EVENT_SOURCE));
      assertRefused(bridge.get(target + "&lastEventId=" + seen, EVENT_SOURCE));
      assertRefused(bridge.get(target, EVENT_SOURCE[0], "Last-Event-ID: x-1"));
      bridge.publish("rooms.a", "two");
      first.awaitData("two");
      first.reset();
      SseProbe back = bridge.get(target, EVENT_SOURCE[0], "Last-Event-ID: " + seen);
      back.awaitData("two");
      bridge.publish("rooms.a", "three");
      back.awaitData("three");
      // Whoever comes back again takes the stream with him.
      SseProbe again = bridge.get(target, EVENT_SOURCE[0], "Last-Event-ID: " + back.lastEventId());
      back.awaitEnd();
      bridge.publish("rooms.a", "four");
      again.awaitData("four");
      assertRefused(
          bridge.get(
              target,
              EVENT_SOURCE[0],
              "Last-Event-ID: " + beyond(again.lastEventId()).replace('-', 'x')));
    }
  }

  private static String beyond(String id) {
    return id + "0";
  }

  @Test
  void aTicketIsForOneStreamOfOneSite() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/free");
      String own = ticket(bridge, "/rooms/a");
      assertRefused(bridge.get("/rooms/b?ticket=" + own, EVENT_SOURCE));
      assertRefused(bridge.get("/rooms/A?ticket=" + own, EVENT_SOURCE));
      assertRefused(bridge.get("/same/a?ticket=" + own, EVENT_SOURCE));
      assertRefused(
          bridge.get("/rooms/a?ticket=" + own, EVENT_SOURCE[0], "Origin: https://evil.example"));
      assertRefused(bridge.get("/rooms/a?ticket=" + own.substring(1), EVENT_SOURCE));
      assertRefused(bridge.get("/rooms/a?ticket=", EVENT_SOURCE));
      assertThat(bridge.request("HEAD", "/rooms/a?ticket=" + own).status()).isEqualTo(503);
      String shop = ticket(bridge, "/rooms/a", "Origin: https://shop.example");
      assertRefused(bridge.get("/rooms/a?ticket=" + shop, EVENT_SOURCE));
      assertRefused(
          bridge.get("/rooms/a?ticket=" + shop, EVENT_SOURCE[0], "Origin: https://evil.example"));
      assertThat(
              bridge
                  .get(
                      "/rooms/a?ticket=" + shop,
                      EVENT_SOURCE[0],
                      "Origin: https://shop.example",
                      "Sec-Fetch-Site: cross-site")
                  .awaitOpen())
          .isNotEmpty();
      // All that was no use of it.
      bridge.open("/rooms/a?ticket=" + own, EVENT_SOURCE);
      bridge.publish("free", "on");
      bystander.awaitData("on");
    }
  }

  @Test
  void aTicketIsGivenForWhatMayBeSubscribedTo() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      String one = "Authorization: Bearer one-one-one-one-one";
      assertThat(bridge.request("POST", "/rooms/b/ticket", one, "Content-Length: 0").status())
          .isEqualTo(403);
      assertThat(bridge.request("POST", "/rooms/b/ticket", "Content-Length: 0").status())
          .isEqualTo(401);
      String own = ticket(bridge, "/rooms/a");
      assertThat(
              bridge.request("POST", "/rooms/a/ticket?ticket=" + own, "Content-Length: 0").status())
          .isEqualTo(401);
      assertThat(bridge.request("POST", "/free/ticket", "Content-Length: 0").status())
          .isNotEqualTo(200);
    }
  }

  private static String sealed(String secret, String token) {
    return CONFIG
        .replace("'tickets':{}", "'tickets':{'secret':'" + secret + "'}")
        .replace("all-all-all-all-all", token);
  }

  @Test
  void aSealedTicketIsTakenByOtherNodesAndBringsItsClientBackThere() {
    String config = sealed("a secret of 32 bytes, or of more.", "all-all-all-all-all");
    Vertx elsewhere = Vertx.vertx();
    try (BridgeFixture here = BridgeFixture.deploy(vertx, config, 2);
        BridgeFixture there = BridgeFixture.deploy(elsewhere, config)) {
      SseProbe bystander = there.open("/free");
      String text = ticket(here, "/rooms/a");
      assertThat(text).doesNotContain("all", "rooms").matches("[A-Za-z0-9_-]{100,4096}");
      String target = "/rooms/a?ticket=" + text;
      SseProbe first = here.open(target, EVENT_SOURCE);
      here.publish("rooms.a", "one");
      first.awaitData("one");
      assertRefused(here.get(target, EVENT_SOURCE));
      String seen = first.lastEventId();
      first.reset();
      SseProbe back = there.open(target, EVENT_SOURCE[0], "Last-Event-ID: " + seen);
      assertThat(back.header("sse-resume")).isEqualTo("reset");
      // There it belongs to that stream from now on.
      assertRefused(there.get(target, EVENT_SOURCE));
      there.publish("rooms.a", "two");
      back.awaitData("two");
      String next = back.lastEventId();
      assertThat(there.open(target, EVENT_SOURCE[0], "Last-Event-ID: " + next).awaitOpen())
          .isNotEmpty();
      back.awaitEnd();

      String other = ticket(here, "/rooms/a");
      assertRefused(there.get("/rooms/b?ticket=" + other, EVENT_SOURCE));
      assertRefused(there.get("/same/a?ticket=" + other, EVENT_SOURCE));
      assertRefused(
          there.get("/rooms/a?ticket=" + other, EVENT_SOURCE[0], "Origin: https://evil.example"));
      for (int i = 0; i < other.length(); i += 29) {
        char changed = other.charAt(i) == 'A' ? 'B' : 'A';
        String forged = other.substring(0, i) + changed + other.substring(i + 1);
        assertRefused(there.get("/rooms/a?ticket=" + forged, EVENT_SOURCE));
      }
      assertRefused(there.get("/rooms/a?ticket=" + other + "A", EVENT_SOURCE));
      assertRefused(there.get("/rooms/a?ticket=" + "A".repeat(5000), EVENT_SOURCE));
      there.open("/rooms/a?ticket=" + other, EVENT_SOURCE);
      there.publish("free", "on");
      bystander.awaitData("on");
    } finally {
      BridgeFixture.get(elsewhere.close());
    }
  }

  @Test
  void aSealedTicketIsWorthNothingWithoutItsSecretOrItsToken() {
    String secret = "a secret of 32 bytes, or of more.";
    String text;
    try (BridgeFixture before =
        BridgeFixture.deploy(vertx, sealed(secret, "all-all-all-all-all"))) {
      text = ticket(before, "/rooms/a");
    }
    String target = "/rooms/a?ticket=" + text;
    try (BridgeFixture other =
        BridgeFixture.deploy(vertx, sealed(secret + "!", "all-all-all-all-all"))) {
      assertRefused(other.get(target, EVENT_SOURCE));
    }
    try (BridgeFixture other =
        BridgeFixture.deploy(vertx, sealed(secret, "another-token-of-all"))) {
      assertRefused(other.get(target, EVENT_SOURCE));
    }
    try (BridgeFixture kept = BridgeFixture.deploy(vertx, CONFIG)) {
      assertRefused(kept.get(target, EVENT_SOURCE));
    }
    try (BridgeFixture after = BridgeFixture.deploy(vertx, sealed(secret, "all-all-all-all-all"))) {
      assertThat(after.open(target, EVENT_SOURCE).awaitOpen()).isNotEmpty();
    }
  }

  @Test
  void aRevocationEndsTheStreamsThatItNamesAndTheTicketsOfThem() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG, 2)) {
      String target = "/rooms/a?ticket=" + ticket(bridge, "/rooms/a");
      SseProbe all = bridge.open(target, EVENT_SOURCE);
      SseProbe one = bridge.open("/rooms/a", "Authorization: Bearer one-one-one-one-one");
      bridge.publish("gone", "nonsense");
      bridge.publish("gone", new JsonObject().put("subject", "nobody"));
      JsonObject ended =
          (JsonObject)
              BridgeFixture.get(
                      vertx.eventBus().request("gone", new JsonObject().put("subject", "all")))
                  .body();
      assertThat(ended.getInteger("ended")).isEqualTo(1);
      all.awaitEnd();
      assertRefused(bridge.get(target, EVENT_SOURCE[0], "Last-Event-ID: " + all.lastEventId()));
      assertThat(bridge.get("/rooms/a", "Authorization: Bearer all-all-all-all-all").status())
          .isEqualTo(401);
      bridge.publish("rooms.a", "on");
      one.awaitData("on");
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.UNAUTHORIZED);
    }
  }
}
