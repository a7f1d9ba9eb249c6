package dev.ssebridge.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tickets that somebody has found, kept, or shows elsewhere. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class TicketAttacksTest {
  private static final String TOKEN = "token-of-a-reader-0123456789";
  private static final String OTHER = "token-of-another-0123456789";
  private static final String PAGE = "https://page.example";
  private static final String NOT_TAKEN = "the ticket is not taken";

  private static final String CONFIG =
      "{'http':{'cors':{'origins':['"
          + PAGE
          + "','https://other.example']}},'limits':{'authFailures':'none'},"
          + "'auth':{'cookie':'session','tickets':{},'revocations':'revocations','tokens':{"
          + "'reader':{'token':'"
          + TOKEN
          + "','subscribe':['rooms.*','other.*','bystander'],'publish':['rooms.*']},"
          + "'other':{'token':'"
          + OTHER
          + "','subscribe':['rooms.a']}}},"
          + "'routes':{'bystander':{'path':'/bystander','address':'bystander','auth':['reader']},"
          + "'rooms':{'path':'/rooms/:room','address':'rooms.{room}'},"
          + "'other':{'path':'/other/:room','address':'other.{room}','auth':['reader']},"
          + "'free':{'path':'/free','address':'free','auth':'none'}},"
          + "'publish':{'rooms':{'path':'/rooms/:room','address':'rooms.{room}'}}}";

  private static AttackRange range(Vertx vertx) {
    return range(vertx, CONFIG);
  }

  private static AttackRange range(Vertx vertx, String config) {
    AttackRange range = new AttackRange(vertx, config, "Authorization: Bearer " + TOKEN);
    range.secret(TOKEN);
    range.secret(OTHER);
    return range;
  }

  /** A new one; what is asked has it in its answer. */
  private static String ticket(AttackRange range, Wire request) {
    AttackRange.Answer answer = range.answer(request);
    assertThat(answer.status()).as("%s", answer.probe()).isEqualTo(200);
    String ticket = new JsonObject(answer.body()).getString("ticket");
    range.over("a ticket", answer);
    return range.secret(ticket);
  }

  private static String ticket(AttackRange range) {
    return ticket(range, Wire.post("/rooms/a/ticket", "").bearer(TOKEN));
  }

  @Test
  void ticketIsForAShortTimeOnly(Vertx vertx) {
    String config = CONFIG.replace("'tickets':{}", "'tickets':{'age':'1ms'}");
    try (AttackRange range = range(vertx, config)) {
      Wire get = Wire.get("/rooms/a?ticket=" + ticket(range));
      long given = System.currentTimeMillis();
      Deadline.await(() -> System.currentTimeMillis() > given + 1, () -> "2 ms");
      range.softlyRefused("too old", get, NOT_TAKEN);
    }
  }

  @Test
  void ticketOpensOneStreamOnce(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      Wire get = Wire.get("/rooms/a?ticket=" + ticket(range));
      SseProbe owner = range.opened("its owner", get);
      String id = owner.awaitOpen();
      range.softlyRefused("replayed", get, NOT_TAKEN);
      for (String made :
          new String[] {
            "0",
            "-",
            id.substring(1),
            "x-0",
            "0-0",
            id + "-0",
            id + "x",
            id.replaceAll("-.*", "--1")
          }) {
        range.softlyRefused("replayed with " + made, get.with("Last-Event-ID", made), NOT_TAKEN);
      }
      range.softlyRefused(
          "an id in the query", Wire.get("/rooms/a?ticket=x&lastEventId=" + id), NOT_TAKEN);
      vertx.eventBus().publish("rooms.a", "still his");
      range.meant("rooms.a");
      owner.awaitData("still his");
      SseProbe back =
          range.opened("its owner comes back", get.with("Last-Event-ID", owner.lastEventId()));
      assertThat(back.events()).isEmpty();
    }
  }

  @Test
  void ticketIsForItsPlaceAndItsPage(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      String ticket = ticket(range);
      for (String target :
          new String[] {
            "/rooms/b?ticket=",
            "/rooms/A?ticket=",
            "/rooms/a%20?ticket=",
            "/other/a?ticket=",
            "/bystander?ticket=",
            "/rooms/b?address=rooms.a&ticket=",
            "/rooms/a?ticket=x&ticket="
          }) {
        range.softlyRefused(target, Wire.get(target + ticket), NOT_TAKEN);
      }
      Wire get = Wire.get("/rooms/a?ticket=" + ticket);
      range.softlyRefused("another page", get.with("Origin", PAGE), NOT_TAKEN);
      range.refused("a foreign page", get.with("Origin", "https://evil.example"), 403, "listed");
      range.refused("a page that hides", get.with("Sec-Fetch-Site", "cross-site"), 403, "");
      range.refused("a token", Wire.get("/rooms/a").bearer(ticket), 401, "");
      range.refused("a cookie", Wire.get("/rooms/a").with("Cookie", "session=" + ticket), 401, "");
      range.refused("to publish", Wire.post("/rooms/a?ticket=" + ticket, "x"), 401, "shows who");
      range.refused("for a ticket", Wire.post("/rooms/a/ticket?ticket=" + ticket, ""), 401, "");
      range.refused("a wrong token beside it", get.bearer("wrong"), 401, "");
      range.refused("a stream that wants none", Wire.get("/none?ticket=" + ticket), 404, "");
      range.opened("its own place", get).close();

      Wire asked = Wire.post("/rooms/a/ticket", "").with("Origin", PAGE).bearer(TOKEN);
      Wire paged = Wire.get("/rooms/a?ticket=" + ticket(range, asked));
      range.softlyRefused("no page", paged, NOT_TAKEN);
      range.softlyRefused(
          "another page that may read", paged.with("Origin", "https://other.example"), NOT_TAKEN);
      range.softlyRefused("two pages", paged.with("Origin", "http://localhost"), NOT_TAKEN);
      range.opened("its own page", paged.with("Origin", PAGE)).close();
    }
  }

  @Test
  void ticketOfNobodyIsNone(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      String ticket = ticket(range);
      String flipped = (ticket.charAt(0) == 'A' ? 'B' : 'A') + ticket.substring(1);
      for (String made :
          new String[] {
            "",
            "x",
            "null",
            ticket + "A",
            ticket.substring(1),
            flipped,
            ticket + "=",
            ticket + "%20",
            ticket + "%00",
            "%20" + ticket,
            ticket + "%E2%80%A8",
            "a%0D%0Ab",
            "%C2%85",
            "*",
            ticket.toLowerCase(java.util.Locale.ROOT),
            "A".repeat(43),
            "A".repeat(8000),
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ."
          }) {
        range.softlyRefused(
            "a ticket of " + made.length(), Wire.get("/rooms/a?ticket=" + made), NOT_TAKEN);
      }
      range.refused("malformed", Wire.get("/rooms/a?ticket=" + ticket + "%zz"), 400, "");
      range.refused("malformed", Wire.get("/rooms/a?ticket=" + ticket + "%C0%AE"), 400, "query");
      range.refused("malformed", Wire.get("/rooms/a?ticket=" + ticket + "%"), 400, "");
      range.refused("not for him", Wire.post("/rooms/b/ticket", "").bearer(OTHER), 403, "");
      range.refused("not for him", Wire.post("/other/a/ticket", "").bearer(OTHER), 401, "");
      range.refused("for nobody", Wire.post("/rooms/a/ticket", ""), 401, "shows who asks");
      range.refused("for all", Wire.post("/free/ticket", "").bearer(TOKEN), 404, "");
      range.refused("by GET", Wire.get("/rooms/a/ticket").bearer(TOKEN), 405, "POST");
      range.refused("dots", Wire.post("/rooms/b/../a%2F/ticket", "").bearer(OTHER), 403, "");
      String own = ticket(range, Wire.post("/rooms/a/ticket", "").bearer(OTHER));
      range.softlyRefused("of another", Wire.get("/rooms/b?ticket=" + own), NOT_TAKEN);
      range.softlyRefused("of another", Wire.get("/other/a?ticket=" + own), NOT_TAKEN);
      range.opened("his own", Wire.get("/rooms/a?ticket=" + own)).close();
    }
  }

  @Test
  void ticketOfSomebodyWhoWasRevokedIsNone(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      String ticket = ticket(range, Wire.post("/rooms/a/ticket", "").bearer(OTHER));
      SseProbe open =
          range.opened(
              "open",
              Wire.get(
                  "/rooms/a?ticket="
                      + ticket(range, Wire.post("/rooms/a/ticket", "").bearer(OTHER))));
      dev.ssebridge.testing.BridgeFixture.get(
          vertx.eventBus().request("revocations", new JsonObject().put("subject", "other")));
      range.meant("revocations");
      open.awaitEnd();
      range.softlyRefused("revoked", Wire.get("/rooms/a?ticket=" + ticket), NOT_TAKEN);
      range.refused("revoked", Wire.get("/rooms/a").bearer(OTHER), 401, "revoked");
      range.refused("revoked", Wire.post("/rooms/a/ticket", "").bearer(OTHER), 401, "revoked");
    }
  }
}
