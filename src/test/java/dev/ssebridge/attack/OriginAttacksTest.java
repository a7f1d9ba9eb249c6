package dev.ssebridge.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pages of others, and names of others that an attacker lets point at this machine. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class OriginAttacksTest {
  private static final String TOKEN = "token-of-a-reader-0123456789";
  private static final String READER = "https://reader.example";
  private static final String WRITER = "https://writer.example";

  private static final String CONFIG =
      "{'http':{'cors':{'origins':['"
          + READER
          + "','https://*.wild.example'],'publishOrigins':['"
          + WRITER
          + "'],'credentials':true}},'limits':{'authFailures':'none'},"
          + "'auth':{'cookie':'session','tickets':{},'tokens':{'reader':{'token':'"
          + TOKEN
          + "','subscribe':['*','rooms.*'],'publish':['rooms.*']}}},"
          + "'routes':{'bystander':{'path':'/bystander','address':'bystander'},"
          + "'rooms':{'path':'/rooms/:room','address':'rooms.{room}'}},"
          + "'publish':{'rooms':{'path':'/rooms/:room','address':'rooms.{room}'}}}";

  /** Origins that are not listed, however much they look so. */
  private static final String[] FOREIGN = {
    "https://evil.example",
    "http://reader.example",
    "https://reader.example:8443",
    "https://reader.example.evil.example",
    "https://evil-reader.example",
    "https://readerXexample",
    "https://reader.example@evil.example",
    "https://evil.example#https://reader.example",
    "https://evil.example/https://reader.example",
    "https://wild.example",
    "https://evilwild.example",
    "https://a.wild.example.evil.example",
    "https://.wild.example",
    "https://a..wild.example",
    "https://a.wild.example:8443",
    "https://a/.wild.example",
    "https://a@b.wild.example",
    "null",
    "NULL",
    "*",
    "https://*",
    "https://*.wild.example",
    "file://",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "reader.example",
    READER + ", " + READER,
    READER + " https://evil.example",
    "https://localhost.evil.example",
    "http://127.0.0.1.evil.example"
  };

  private static AttackRange range(Vertx vertx) {
    AttackRange range = new AttackRange(vertx, CONFIG, "Authorization: Bearer " + TOKEN);
    range.secret(TOKEN);
    return range;
  }

  private static void mayNotRead(AttackRange range, String attack, Wire wire, int status) {
    AttackRange.Answer answer = range.answer(wire);
    assertThat(answer.status()).as("%s: %s", attack, answer.probe()).isEqualTo(status);
    assertThat(answer.probe().header("access-control-allow-origin")).as(attack).isEmpty();
    assertThat(answer.probe().header("access-control-allow-credentials")).as(attack).isEmpty();
    range.over(attack, answer);
  }

  @Test
  void pageOfAnotherOriginNeitherReadsNorPublishes(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      String cookie = "session=" + TOKEN;
      for (String origin : FOREIGN) {
        Wire get = Wire.get("/rooms/a").with("Origin", origin);
        mayNotRead(range, origin, get, 403);
        mayNotRead(range, origin + " with a token", get.bearer(TOKEN), 403);
        mayNotRead(range, origin + " with a cookie", get.with("Cookie", cookie), 403);
        Wire post = Wire.post("/rooms/a", "forged").with("Origin", origin);
        mayNotRead(range, origin + " to publish", post.with("Cookie", cookie), 403);
        mayNotRead(range, origin + " to publish", post.bearer(TOKEN), 403);
        Wire ticket = Wire.post("/rooms/a/ticket", "").with("Origin", origin);
        mayNotRead(range, origin + " for a ticket", ticket.with("Cookie", cookie), 403);
        mayNotRead(range, origin, Wire.preflight("/rooms/a", "GET", origin), 403);
        mayNotRead(range, origin, Wire.preflight("/rooms/a", "POST", origin), 403);
        mayNotRead(range, origin, Wire.preflight("/rooms/a/ticket", "POST", origin), 403);
        mayNotRead(range, origin, Wire.get("/none").with("Origin", origin), 404);
      }
      for (String site : new String[] {"cross-site", "same-site", "other", ""}) {
        Wire post = Wire.post("/rooms/a", "forged").with("Sec-Fetch-Site", site);
        mayNotRead(range, "a page without an origin", post.with("Cookie", cookie), 403);
        mayNotRead(range, "a page without an origin", post.bearer(TOKEN), 403);
        Wire get = Wire.get("/rooms/a").with("Sec-Fetch-Site", site);
        mayNotRead(range, "a page without an origin", get.with("Cookie", cookie), 403);
      }
      Wire two = Wire.get("/rooms/a").with("Origin", READER).with("Origin", "https://evil.example");
      mayNotRead(range, "two origins", two.with("Cookie", cookie), 403);
    }
  }

  @Test
  void pageThatMayReadMayNotPublishAndTheOtherWayRound(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      Wire post = Wire.post("/rooms/a", "forged").with("Origin", READER);
      range.refused("a reader", post.bearer(TOKEN), 403, "http.cors.publishOrigins");
      range.refused(
          "a reader", Wire.preflight("/rooms/a", "POST", READER), 403, "http.cors.publishOrigins");
      range.refused(
          "a writer", Wire.get("/rooms/a").with("Origin", WRITER).bearer(TOKEN), 403, "http.cors");
      range.refused(
          "a writer", Wire.preflight("/rooms/a", "GET", WRITER), 403, "http.cors.origins");
      for (String method : new String[] {"PUT", "DELETE", "post", "*", "CONNECT"}) {
        AttackRange.Answer answer = range.answer(Wire.preflight("/rooms/a", method, READER));
        assertThat(answer.probe().header("access-control-allow-methods")).as(method).isEmpty();
        range.over(method, answer);
      }
      range.reads("a reader", Wire.get("/rooms/a").with("Origin", READER).bearer(TOKEN), "rooms.a");
      range.reads(
          "below a name",
          Wire.get("/rooms/a").with("Origin", "https://a.b.wild.example").bearer(TOKEN),
          "rooms.a");
      range.published(
          "a writer", Wire.post("/rooms/a", "x").with("Origin", WRITER).bearer(TOKEN), "rooms.a");
    }
  }

  @Test
  void whatMayBeReadSaysSoAlsoWhereNothingIsServed(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      Wire[] requests = {
        Wire.get("/none"),
        Wire.of("DELETE /rooms/a HTTP/1.1").with("Host", "localhost"),
        Wire.get("/rooms/a").host("evil.example"),
        Wire.get("/rooms/%zz"),
        Wire.get("/rooms/a").bearer("wrong"),
        Wire.get("/rooms/a.b").bearer(TOKEN)
      };
      int[] statuses = {404, 405, 421, 400, 401, 400};
      for (int i = 0; i < requests.length; i++) {
        String attack = "status " + statuses[i];
        AttackRange.Answer answer = range.answer(requests[i].with("Origin", READER));
        assertThat(answer.status()).isEqualTo(statuses[i]);
        assertThat(answer.probe().header("access-control-allow-origin"))
            .as(attack)
            .isEqualTo(READER);
        assertThat(answer.probe().header("access-control-allow-credentials"))
            .as(attack)
            .isEqualTo("true");
        assertThat(answer.probe().header("vary")).as(attack).isEqualToIgnoringCase("origin");
        range.over(attack, answer);
        mayNotRead(
            range,
            attack,
            requests[i].with("Origin", "https://evil.example"),
            i == 4 || i == 5 ? 403 : statuses[i]);
      }
    }
  }

  @Test
  void hostOfSomebodyElseIsNotServed(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      for (String host :
          new String[] {
            "evil.example",
            "evil.example:80",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.1.nip.io",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "0.0.0.0",
            "[::]",
            "[::2]",
            "10.0.0.1",
            "localhost%00.evil.example",
            "local%68ost",
            "*",
            "[64:ff9b::127.0.0.1]",
            ""
          }) {
        range.refused(host, Wire.get("/rooms/a").host(host).bearer(TOKEN), 421, "host: expected");
        range.refused(
            host, Wire.post("/rooms/a", "forged").host(host).bearer(TOKEN), 421, "host: expected");
        Wire page = Wire.get("/rooms/a").host(host).with("Origin", "http://" + host).bearer(TOKEN);
        range.refused(host, page, 421, "host: expected");
        range.refused(
            host, Wire.post("/rooms/a/ticket", "").host(host).bearer(TOKEN), 421, "host: expected");
        range.refused(host, Wire.preflight("/rooms/a", "GET", "x").host(host), 421, "host:");
      }
      for (String host :
          new String[] {
            "localhost, evil.example",
            "localhost evil.example",
            "localhost@evil.example",
            "localhost/evil.example",
            "evil.example\\localhost",
            "[::1",
            "::1",
            "localhost:80:80",
            "localhost:x",
            "localhost:-1",
            "localhost:99999",
            "[::1%25evil.example]",
            "localhost\u00e9",
            "localhost\t.evil"
          }) {
        range.refused(host, Wire.get("/rooms/a").host(host).bearer(TOKEN), 400, "Host header");
      }
      Wire none = Wire.get("/rooms/a").without("Host").bearer(TOKEN);
      range.refused("no host", none, 400, "got none");
      range.refused("two hosts", Wire.get("/rooms/a").with("Host", "evil.example"), 400, "several");
      range.refused(
          "a host that a proxy is said to have had",
          Wire.get("/rooms/a").host("evil.example").with("X-Forwarded-Host", "localhost"),
          421,
          "host: expected");
      for (String host :
          new String[] {"LOCALHOST", "localhost.", "a.localhost", "127.0.0.2", "[::1]"}) {
        range.reads(host, Wire.get("/rooms/a").host(host).bearer(TOKEN), "rooms.a");
      }
    }
  }
}
