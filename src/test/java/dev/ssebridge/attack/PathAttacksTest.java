package dev.ssebridge.attack;

import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** However a path is written: what is reached is what its template describes, or nothing. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class PathAttacksTest {
  private static final String TOKEN = "token-of-a-reader-0123456789";

  private static final String CONFIG =
      "{'auth':{'tokens':{'reader':{'token':'"
          + TOKEN
          + "','subscribe':['bystander','rooms.*','files/*','t.*.*','umlaut.*'],"
          + "'publish':['rooms.*']}}},"
          + "'routes':{'bystander':{'path':'/bystander','address':'bystander'},"
          + "'rooms':{'path':'/rooms/:room','address':'rooms.{room}'},"
          + "'files':{'path':'/files/:name','address':'files/{name}'},"
          + "'two':{'path':'/t/:a/:b','address':'t.{a}.{b}'},"
          + "'umlaut':{'path':'/r\u00e4ume/:x','address':'umlaut.{x}'},"
          + "'secret':{'path':'/secret','address':'secret'}},"
          + "'publish':{'rooms':{'path':'/rooms/:room','address':'rooms.{room}'}}}";

  private static AttackRange range(Vertx vertx) {
    AttackRange range = new AttackRange(vertx, CONFIG, "Authorization: Bearer " + TOKEN);
    range.secret(TOKEN);
    return range;
  }

  private static Wire get(String target) {
    return Wire.get(target).bearer(TOKEN);
  }

  private static void refused(AttackRange range, int status, String reason, String... targets) {
    for (String target : targets) {
      range.refused(target, get(target), status, reason);
    }
  }

  @Test
  void pathThatMeansTheSameReachesTheSame(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      for (String target :
          new String[] {
            "/rooms/a",
            "/rooms/%61",
            "/%72ooms/a",
            "/rooms/../rooms/a",
            "/rooms/./a",
            "/rooms/%2e%2e/rooms/a",
            "/rooms/%2E/a",
            "/secret/../rooms/a",
            "/../../rooms/a",
            "//rooms/a",
            "/rooms//a",
            "http://localhost/rooms/a",
            "HTTP://localhost/rooms/a",
            "https://localhost:443/rooms/a",
            "http://evil.localhost/secret/../rooms/a"
          }) {
        range.reads(target, get(target), "rooms.a");
      }
      range.reads("in UTF-8", get(Wire.utf8("/r\u00e4ume/x")), "umlaut.x");
      range.reads("in percent-encoded UTF-8", get("/r%C3%A4ume/%78"), "umlaut.x");
    }
  }

  @Test
  void whatIsInAParameterStaysInIt(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      range.reads("dots, encoded twice", get("/rooms/%252e%252e"), "rooms.%2e%2e");
      range.reads("a slash, encoded twice", get("/rooms/a%252Fb"), "rooms.a%2Fb");
      range.reads("a backslash", get("/rooms/a\\b"), "rooms.a\\b");
      range.reads("an encoded backslash", get("/rooms/a%5Cb"), "rooms.a\\b");
      range.reads("parameters of a segment", get("/rooms/a;x=y"), "rooms.a;x=y");
      range.reads("another case", get("/rooms/A"), "rooms.A");
      range.reads("a star", get("/rooms/*"), "rooms.*");
      range.reads("two stars", get("/rooms/**"), "rooms.**");
      range.reads("a template", get("/rooms/%7Broom%7D"), "rooms.{room}");
      range.reads("a claim", get("/rooms/%7Bclaim*sub%7D"), "rooms.{claim*sub}");
      range.reads("no-break space", get("/rooms/%C2%A0"), "rooms.\u00a0");
      range.reads("a wide dot", get("/rooms/%EF%BC%8E%EF%BC%8E"), "rooms.\uff0e\uff0e");
      range.reads("a wide slash", get("/files/%EF%BC%8Fa"), "files/\uff0fa");
      refused(range, 403, "may not subscribe", "/rooms/a%2Fb", "/rooms/:room", "/t/a%2Fb/c");
    }
  }

  @Test
  void whatSeparatesIsNoneOfAParameter(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      refused(
          range,
          400,
          "expected no . in :room",
          "/rooms/a.b",
          "/rooms/a%2Eb",
          "/rooms/a%2e",
          "/rooms/...",
          "/rooms/x.secret",
          "/rooms/..%2fsecret",
          "/rooms/%2e%2e%5csecret",
          "/rooms/..;");
      refused(
          range,
          400,
          "expected no / in :name",
          "/files/a%2Fb",
          "/files/a%2fb",
          "/files/..%2Fa",
          "/files/%2e%2e%2fa",
          "/files/%2F",
          "/files/..%2f..%2fsecret");
      refused(range, 400, "expected no . in :a", "/t/a.b/c", "/t/a%2E/c");
      refused(range, 400, "expected no . in :b", "/t/a/b.c");
    }
  }

  @Test
  void pathOfNothingReachesNothing(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      refused(
          range,
          404,
          "path: expected one of those that are served",
          "/rooms",
          "/rooms/..",
          "/rooms/%2e%2e",
          "/rooms/a/",
          "/rooms/a/b",
          "/ROOMS/a",
          "/Rooms/a",
          "/rooms;x=y/a",
          "/rooms%2Fa",
          "/rooms%5Ca",
          "/%2frooms/a",
          "/%252e%252e/rooms/a",
          "/ra%CC%88ume/x",
          "/rooms/a%2F..%2Fb/c",
          "/");
      refused(range, 400, "expected a value for :room", "/rooms/", "/rooms//", "/rooms/.");
      refused(range, 400, "expected a value for :b", "/t/a/");
    }
  }

  @Test
  void bytesThatAreNoTextAreRefused(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      refused(
          range,
          400,
          "expected percent-encoded UTF-8 for :room",
          "/rooms/%C0%AE", // a dot, too long
          "/rooms/%C0%AE%C0%AE",
          "/rooms/%C0%AF", // a slash
          "/rooms/%E0%80%AF",
          "/rooms/%F0%80%80%AE",
          "/rooms/%C1%A1",
          "/rooms/%ED%A0%80", // half of a pair
          "/rooms/%ED%A0%80%ED%B0%80",
          "/rooms/%F4%90%80%80", // beyond the last character
          "/rooms/%FE",
          "/rooms/%80",
          "/rooms/a%C3");
      refused(range, 400, "request target", "/rooms/%", "/rooms/%4", "/rooms/%zz", "/rooms/%u002e");
      refused(
          range,
          400,
          "expected a request target in UTF-8",
          "/rooms/\u00c0\u00ae",
          "/rooms/\u00ff",
          "/r\u00e4ume/x",
          "/rooms/\u00ed\u00a0\u0080");
    }
  }

  @Test
  void targetThatIsNoPathIsRefused(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      refused(
          range,
          400,
          "expected a request target that begins with",
          "rooms/a",
          "\\rooms\\a",
          "*",
          "?x",
          "localhost:80",
          "localhost/rooms/a",
          "http:///rooms/a",
          "http:/rooms/a",
          "http://user@localhost/rooms/a",
          "ftp://localhost/rooms/a",
          "file:///rooms/a",
          "javascript:alert(1)");
      refused(range, 400, "without control characters", "/rooms/a#b", "/rooms/a?x#y", "/#/rooms/a");
      refused(
          range,
          421,
          "host: expected one",
          "http://evil.example/rooms/a",
          "http://localhost%2Frooms/a@b/rooms/a",
          "http://localhost%40evil.example/rooms/a");
      range.refused(
          "authority form",
          Wire.of("CONNECT localhost:80 HTTP/1.1").with("Host", "localhost").bearer(TOKEN),
          501,
          "no proxy");
      range.refused(
          "another path in a header",
          get("/").with("X-Original-URL", "/rooms/a").with("X-Rewrite-URL", "/rooms/a"),
          404,
          "path: expected one");
    }
  }

  @Test
  void methodOfNothingDoesNothing(Vertx vertx) {
    try (AttackRange range = range(vertx)) {
      for (String method : new String[] {"PUT", "DELETE", "PATCH", "TRACE", "get", "POST\u00ff"}) {
        range.refused(
            method,
            Wire.of(method + " /rooms/a HTTP/1.1").with("Host", "localhost").bearer(TOKEN),
            method.equals("POST\u00ff") ? 400 : 405,
            "expected");
      }
      range.refused(
          "another method in a header",
          get("/secret").with("X-HTTP-Method-Override", "POST"),
          403,
          "may not subscribe");
      range.refused(
          "a stream by POST", Wire.post("/secret", "x").bearer(TOKEN), 405, "expected one of GET");
      range.published(
          "the same, where it is meant", Wire.post("/rooms/a", "x").bearer(TOKEN), "rooms.a");
      range.published("dots", Wire.post("/secret/%2e%2e/rooms/a", "x").bearer(TOKEN), "rooms.a");
      range.refused(
          "a separator", Wire.post("/rooms/a.b", "x").bearer(TOKEN), 400, "expected no . in :room");
      range.refused(
          "an address in the query", get("/rooms/a?address=secret"), 403, "does not permit");
      range.refused(
          "two addresses in the query",
          get("/rooms/a?address=rooms.a&address=secret"),
          403,
          "does not permit");
    }
  }
}
