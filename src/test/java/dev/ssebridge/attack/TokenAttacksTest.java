package dev.ssebridge.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.TestKey;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that somebody has made up, changed or found, and those that claim too much. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class TokenAttacksTest {
  private static final TestKey KEY = TestKey.make("k", "RS256");
  private static final TestKey CURVE = TestKey.make("c", "ES256");
  private static final TestKey FOREIGN = TestKey.make("k", "RS256");

  private @TempDir Path directory;
  private final AtomicInteger fetches = new AtomicInteger();
  private HttpServer keys;
  private AttackRange range;

  @BeforeEach
  void begin(Vertx vertx) throws Exception {
    Path pem = KEY.writePem(directory.resolve("key.pem"));
    keys =
        BridgeFixture.get(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      fetches.incrementAndGet();
                      request.response().end(TestKey.set(CURVE).encode());
                    })
                .listen(0, "127.0.0.1"));
    String config =
        "{'limits':{'authFailures':'none'},"
            + "'auth':{'cookie':'__Host-session','subscribe':{"
            + "'staff':{'address':'rooms.staff','requiredAuthority':'staff'},"
            + "'news':{'addressRegex':'news[.][a-z]+'}},"
            + "'jwt':{'users':{'keys':['"
            + pem
            + "'],'jwks':'http://127.0.0.1:"
            + keys.actualPort()
            + "/','floor':'1h','issuer':'https://issuer','audience':['bridge'],"
            + "'required':['exp','sub']}}},"
            + "'routes':{'bystander':{'path':'/bystander','address':'bystander'},"
            + "'rooms':{'path':'/rooms/:room','address':'rooms.{room}'},"
            + "'news':{'path':'/news/:x','address':'news.{x}'},"
            + "'mine':{'path':'/mine','address':'user.{claim:sub}'},"
            + "'tenant':{'path':'/tenant/:x','address':'tenant.{claim:tenant}.{x}'}},"
            + "'publish':{'rooms':{'path':'/rooms/:room','address':'rooms.{room}'},"
            + "'mine':{'path':'/mine','address':'user.{claim:sub}'}}}";
    String bystander = KEY.token("RS256", granting("bystander"));
    range = new AttackRange(vertx, config, "Authorization: Bearer " + bystander);
    range.secret(bystander);
  }

  @AfterEach
  void end() {
    try {
      range.close();
    } finally {
      BridgeFixture.get(keys.close());
    }
  }

  private static JsonObject claims() {
    long now = System.currentTimeMillis() / 1000;
    return new JsonObject()
        .put("sub", "ada")
        .put("iss", "https://issuer")
        .put("aud", "bridge")
        .put("iat", now - 10)
        .put("exp", now + 3600);
  }

  /** Claims of somebody who may use these addresses. */
  private static JsonObject granting(Object... patterns) {
    JsonArray all = new JsonArray();
    for (Object pattern : patterns) {
      all.add(pattern);
    }
    return claims().put("sse", new JsonObject().put("subscribe", all).put("publish", all));
  }

  private static String base64(String text) {
    return TestKey.base64(text.getBytes(UTF_8));
  }

  private static JsonObject header(String algorithm) {
    return new JsonObject().put("alg", algorithm);
  }

  /** By each way of showing it: the header, the cookie, and a POST; never by the query. */
  private void invalid(String attack, String token) {
    range.secret(token);
    Wire get = Wire.get("/rooms/a");
    Wire cookie = get.with("Cookie", "a=b; __Host-session=" + token);
    range.refusedAsInvalid(attack, get.bearer(token));
    range.refusedAsInvalid(attack + ", as a cookie", cookie);
    range.refusedAsInvalid(attack + ", to publish", Wire.post("/rooms/a", "forged").bearer(token));
  }

  /** The same ways with a token that is right: what is refused otherwise is so for the token. */
  private void valid(String what, String token) {
    range.secret(token);
    Wire get = Wire.get("/rooms/a");
    range.reads(what, get.bearer(token), "rooms.a");
    range.reads(what, get.with("Cookie", "a=b; __Host-session=" + token), "rooms.a");
    range.published(what, Wire.post("/rooms/a", "x").bearer(token), "rooms.a");
  }

  @Test
  void tokenThatNobodyHasSignedForHereIsRefused() {
    JsonObject claims = granting("rooms.a");
    String good = KEY.token("RS256", claims);
    valid("a good one", good);
    valid("without the name of its key", KEY.token(header("RS256"), claims));
    valid("of the other key", CURVE.token("ES256", claims));

    Map<String, String> attacks = new LinkedHashMap<>();
    for (String none : new String[] {"none", "None", "NONE", "nOnE", ""}) {
      String unsigned = base64(header(none).encode()) + "." + base64(claims.encode());
      attacks.put("algorithm \"" + none + "\"", unsigned + ".");
      attacks.put("algorithm \"" + none + "\" and no dot", unsigned);
      attacks.put("algorithm \"" + none + "\", signed", unsigned + "." + good.split("\\.", -1)[2]);
    }
    byte[] pem = KEY.pem().getBytes(UTF_8);
    byte[] der = KEY.pair().getPublic().getEncoded();
    byte[] jwk = KEY.jwk().encode().getBytes(UTF_8);
    byte[] point = CURVE.pair().getPublic().getEncoded();
    for (String algorithm : new String[] {"HS256", "HS384", "HS512"}) {
      for (byte[] secret : new byte[][] {pem, der, jwk, point, new byte[] {0}}) {
        attacks.put(
            algorithm + " with a public key of " + secret.length + " bytes",
            TestKey.hmac(secret, algorithm, header(algorithm).put("kid", "k"), claims));
      }
    }
    attacks.put("a key of another name", CURVE.token(header("ES256").put("kid", "k"), claims));
    attacks.put("another key", FOREIGN.token("RS256", claims));
    attacks.put("another key without a name", FOREIGN.token(header("RS256"), claims));
    attacks.put(
        "a key in the header",
        FOREIGN.token(header("RS256").put("jwk", FOREIGN.jwk()).put("kid", "k"), claims));
    attacks.put(
        "a set of keys in the header",
        FOREIGN.token(header("RS256").put("jku", "http://127.0.0.1:1/"), claims));
    attacks.put(
        "a certificate in the header",
        FOREIGN.token(header("RS256").put("x5u", "http://127.0.0.1:1/"), claims));
    attacks.put(
        "a header that must be understood",
        KEY.token(header("RS256").put("crit", new JsonArray().add("exp")), claims));
    attacks.put(
        "two algorithms",
        KEY.token("RS256", "{\"alg\":\"RS256\",\"alg\":\"none\"}", claims.encode()));
    attacks.put("no algorithm", KEY.token("RS256", "{}", claims.encode()));
    attacks.put("algorithm 256", KEY.token("RS256", "{\"alg\":256}", claims.encode()));
    attacks.put(
        "a list of algorithms", KEY.token("RS256", "{\"alg\":[\"RS256\"]}", claims.encode()));
    for (String id : new String[] {"../../dev/null", "k'--", "k\u0000", "", "k".repeat(2000)}) {
      attacks.put(
          "key id of " + id.length(), FOREIGN.token(header("RS256").put("kid", id), claims));
    }
    attacks.put("key id that is a number", KEY.token(header("RS256").put("kid", 1), claims));
    attacks.forEach(this::invalid);
  }

  @Test
  void tokenThatIsNotForNowOrHereIsRefused() {
    long now = System.currentTimeMillis() / 1000;
    valid("all that is required", KEY.token("RS256", granting("rooms.a")));
    JsonArray several = new JsonArray().add("other").add("bridge");
    valid("several audiences", KEY.token("RS256", granting("rooms.a").put("aud", several)));
    valid("valid since a while", KEY.token("RS256", granting("rooms.a").put("nbf", now - 60)));
    Map<String, JsonObject> attacks = new LinkedHashMap<>();
    attacks.put("expired", granting("rooms.a").put("exp", now - 60));
    attacks.put("expired long ago", granting("rooms.a").put("exp", 0));
    attacks.put("expired before there was time", granting("rooms.a").put("exp", -1e300));
    attacks.put("an end that is text", granting("rooms.a").put("exp", "" + (now + 60)));
    attacks.put("an end that is null", granting("rooms.a").putNull("exp"));
    attacks.put("an end that is a list", granting("rooms.a").put("exp", new JsonArray().add(now)));
    attacks.put("not yet valid", granting("rooms.a").put("nbf", now + 60));
    attacks.put("valid in the end", granting("rooms.a").put("nbf", 1e300));
    attacks.put("a beginning that is text", granting("rooms.a").put("nbf", "0"));
    attacks.put("issued in the future", granting("rooms.a").put("iat", now + 60));
    for (String name : new String[] {"exp", "sub", "iss", "aud"}) {
      JsonObject without = granting("rooms.a");
      without.remove(name);
      attacks.put("without " + name, without);
    }
    for (Object audience :
        new Object[] {
          "other",
          "",
          "Bridge",
          "bridge ",
          "bridge,other",
          1,
          true,
          new JsonArray(),
          new JsonArray().add("other"),
          new JsonArray().add(1).add("bridge"),
          new JsonArray().add(new JsonArray().add("bridge")),
          new JsonObject().put("bridge", 1)
        }) {
      attacks.put("audience " + audience, granting("rooms.a").put("aud", audience));
    }
    for (Object issuer :
        new Object[] {
          "https://evil",
          "",
          "https://issuer/",
          "https://issuer.evil",
          "HTTPS://ISSUER",
          1,
          new JsonArray().add("https://issuer")
        }) {
      attacks.put("issuer " + issuer, granting("rooms.a").put("iss", issuer));
    }
    attacks.put("a subject that is a number", granting("rooms.a").put("sub", 1));
    attacks.put("an id that is a list", granting("rooms.a").put("jti", new JsonArray()));
    attacks.forEach((attack, claims) -> invalid(attack, KEY.token("RS256", claims)));
  }

  @Test
  void tokenOfWhichAnythingWasChangedIsRefused() {
    JsonObject claims = granting("rooms.b");
    String good = KEY.token("RS256", claims);
    String[] parts = good.split("\\.", -1);
    range.reads("unchanged", Wire.get("/rooms/b").bearer(good), "rooms.b");
    String other = KEY.token("RS256", granting("rooms.c"));
    String forged = base64(granting("rooms.*").encode());
    Map<String, String> attacks = new LinkedHashMap<>();
    attacks.put("payload", parts[0] + "." + forged + "." + parts[2]);
    attacks.put("header", base64("{\"alg\":\"RS256\"}") + "." + parts[1] + "." + parts[2]);
    attacks.put("header of none", base64("{\"alg\":\"none\"}") + "." + forged + "." + parts[2]);
    attacks.put(
        "signature of another", parts[0] + "." + parts[1] + "." + other.split("\\.", -1)[2]);
    attacks.put("signature without its end", good.substring(0, good.length() - 4));
    attacks.put("signature with more", good + "AAAA");
    attacks.put(
        "signature of zeros", parts[0] + "." + forged + "." + TestKey.base64(new byte[256]));
    attacks.put("signature of nothing", parts[0] + "." + parts[1] + ".");
    attacks.put("a bit of the signature", parts[0] + "." + parts[1] + "." + flipped(parts[2]));
    attacks.put("padding", good + "==");
    attacks.put("four parts", good + "." + parts[2]);
    attacks.put("five parts", good + "." + parts[1] + "." + parts[2]);
    attacks.put("no parts", parts[1]);
    attacks.put("empty parts", "..");
    attacks.put("empty payload", parts[0] + ".." + parts[2]);
    attacks.put("a space", parts[0] + ". " + parts[1] + "." + parts[2]);
    attacks.put("standard base64", parts[0] + "." + parts[1] + ".+/" + parts[2].substring(2));
    attacks.put("a comma and another", good + ", " + other);
    JsonObject curve = header("ES256").put("kid", "c");
    String signed = base64(curve.encode()) + "." + base64(granting("rooms.*").encode()) + ".";
    attacks.put("numbers of zero", signed + TestKey.base64(new byte[64]));
    byte[] ones = new byte[64];
    Arrays.fill(ones, (byte) 0xFF);
    attacks.put("numbers beyond the order", signed + TestKey.base64(ones));
    attacks.put(
        "signature in ASN.1", signed + TestKey.base64(new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0}));
    for (String payload :
        new String[] {
          "",
          "null",
          "[]",
          "1",
          "\"text\"",
          "{",
          "{}{}",
          "{\"exp\":1e999}",
          "{\"sub\":\"a\",\"sub\":\"b\"}",
          "[".repeat(3000)
        }) {
      attacks.put(
          "claims that are "
              + payload.length()
              + " of "
              + payload.substring(0, payload.isEmpty() ? 0 : 1),
          KEY.token("RS256", header("RS256").put("kid", "k").encode(), payload));
    }
    attacks.forEach(this::invalid);
  }

  private static String flipped(String signature) {
    char first = signature.charAt(0);
    return (first == 'A' ? 'B' : 'A') + signature.substring(1);
  }

  @Test
  void floodOfUnknownKeysAsksForKeysOnce() {
    for (int i = 0; i < 60; i++) {
      String token = FOREIGN.token(header("RS256").put("kid", "unknown" + i), granting("rooms.a"));
      range.refused("unknown key", Wire.get("/rooms/a").bearer(token), 401, "not signed by");
    }
    assertThat(fetches.get()).isLessThanOrEqualTo(2);
  }

  @Test
  void tokenWithoutItsPlaceIsNone() {
    String token = range.secret(KEY.token("RS256", granting("rooms.a")));
    Wire get = Wire.get("/rooms/a");
    for (String name : new String[] {"access_token", "token", "jwt", "authorization", "bearer"}) {
      range.refused("query", Wire.get("/rooms/a?" + name + "=" + token), 401, "shows who asks");
    }
    range.refused("nothing", get, 401, "shows who asks");
    range.refused("scheme alone", get.with("Authorization", "Bearer"), 400, "expected a header");
    range.refused("no scheme", get.with("Authorization", token), 400, "expected a header");
    range.refused("another scheme", get.with("Authorization", "Token " + token), 401, "provider");
    range.refused("two of them", get.bearer(token).bearer(token), 400, "one header");
    range.refused("two in one", get.bearer(token + " " + token), 401, "");
    range.refused("a lost one", get.with("X-Authorization", "Bearer " + token), 401, "shows who");
    range.refused("proxy", get.with("Proxy-Authorization", "Bearer " + token), 401, "shows who");
    range.refused("cookie", get.with("Cookie", "session=" + token), 401, "shows who asks");
    range.refused("case", get.with("Cookie", "__host-session=" + token), 401, "shows who asks");
    String cookie = "__Host-session=" + token;
    range.refused("two cookies", get.with("Cookie", cookie + ";" + cookie), 400, "one cookie");
    range.refused(
        "two lines of cookies",
        get.with("Cookie", cookie).with("Cookie", "__Host-session=x"),
        400,
        "one cookie");
    range.refused("quotes", get.with("Cookie", "__Host-session=\"" + token + '"'), 401, "");
    range.refused("no value", get.with("Cookie", "__Host-session="), 400, "characters");
    range.refused(
        "header beside a cookie", get.with("Cookie", cookie).bearer("wrong.wrong.wrong"), 401, "");
    range.reads("the same cookie", get.with("Cookie", cookie), "rooms.a");
    range.refused("another room", Wire.get("/rooms/b").bearer(token), 403, "may not subscribe");
    range.refused("publish", Wire.post("/rooms/b", "x").bearer(token), 403, "may not publish");
  }

  @Test
  void patternGrantsWhatItSaysAndNoMore() {
    for (Object pattern :
        new Object[] {
          "",
          "*",
          "**",
          ".",
          "..",
          "...",
          "*.*.*",
          "*..*",
          "rooms",
          "rooms.",
          "rooms.**",
          "rooms*",
          "rooms.*.*",
          "rooms..*",
          "rooms.a.*",
          ".*",
          "rooms.?",
          "rooms.[a-z]",
          "rooms.(a|b)",
          "^rooms.a$",
          "rooms\\.a",
          "rooms.a$",
          "(?i)rooms.a",
          "rooms.\\Qa\\E",
          "ROOMS.A",
          "rooms/a",
          "rooms/*",
          "rooms:a",
          " rooms.a",
          "rooms.a ",
          "rooms.a\n",
          "rooms.a\u0000",
          "rooms.a\u2028",
          "{room}",
          "rooms.{room}",
          "rooms.a,rooms.b",
          "a.*.b",
          "*a",
          "*.a*",
          "rooms.%61",
          "rooms.\u0430",
          "#",
          "+",
          "rooms.#",
          "rooms.+",
          "rooms.>",
          "../rooms.a",
          "x/../rooms.a",
          "*".repeat(500),
          "rooms." + "*.".repeat(400),
          "r".repeat(2000),
          1,
          1.5,
          true,
          new JsonArray().add("rooms.a"),
          new JsonObject().put("rooms.a", true)
        }) {
      denied("pattern", granting(pattern));
    }
  }

  private void denied(String attack, JsonObject claims) {
    String token = range.secret(KEY.token("RS256", claims));
    range.refused(attack, Wire.get("/rooms/a").bearer(token), 403, "may not subscribe");
    range.refused(attack, Wire.post("/rooms/a", "forged").bearer(token), 403, "may not publish");
  }

  @Test
  void grantOfAnotherFormIsNone() {
    JsonArray list = new JsonArray().add("rooms.a");
    for (Object grant :
        new Object[] {
          "rooms.a",
          "*",
          "{\"subscribe\":[\"rooms.a\"]}",
          1,
          true,
          list,
          new JsonObject(),
          new JsonObject().put("subscribe", "rooms.a").put("publish", "rooms.a"),
          new JsonObject().put("subscribe", true).put("publish", "*"),
          new JsonObject().put("subscribe", new JsonObject().put("0", "rooms.a")),
          new JsonObject().put("subscribe", new JsonArray().add(list)),
          new JsonObject().put("subscribe", new JsonArray().addNull()).put("publish", 7),
          new JsonObject().put("Subscribe", list).put("PUBLISH", list),
          new JsonObject().put("subscribe ", list),
          new JsonObject().put("*", list),
          new JsonObject().put("sse", new JsonObject().put("subscribe", list))
        }) {
      denied("grant of another form", claims().put("sse", grant));
    }
    denied("no grant", claims().putNull("sse"));
    denied("grant of another name", claims().put("SSE", new JsonObject().put("subscribe", list)));
    JsonArray many = new JsonArray();
    for (int i = 0; i < 1000; i++) {
      many.add("a");
    }
    denied(
        "more than are looked at",
        claims()
            .put(
                "sse",
                new JsonObject().put("subscribe", many.copy().add("rooms.a")).put("publish", "")));
    Object deep = new JsonArray().add("rooms.a");
    for (int i = 0; i < 900; i++) {
      deep = new JsonArray().add(deep);
    }
    denied("deep", claims().put("sse", new JsonObject().put("subscribe", deep)));
    denied("deep elsewhere", claims().put("x", deep));
    range.reads(
        "grants of each form",
        Wire.get("/rooms/a").bearer(KEY.token("RS256", granting(1, "", "*.*"))),
        "rooms.a");
  }

  @Test
  void authorityIsTheWordAndNoOther() {
    for (Object permissions :
        new Object[] {
          "*",
          "STAFF",
          "staff2",
          "staff,boss",
          ".*",
          "",
          1,
          true,
          new JsonArray(),
          new JsonArray().add("*"),
          new JsonArray().add(new JsonArray().add("staff")),
          new JsonArray().add("a staff"),
          new JsonObject().put("staff", true),
          "staff\n",
          "\u2028staff",
          "staf staf"
        }) {
      String token = KEY.token("RS256", claims().put("permissions", permissions));
      range.refused("authority", Wire.get("/rooms/staff").bearer(token), 403, "may not subscribe");
    }
    String token = KEY.token("RS256", claims().put("permissions", "reader staff"));
    range.reads("authority", Wire.get("/rooms/staff").bearer(token), "rooms.staff");
    range.refused("elsewhere", Wire.get("/rooms/a").bearer(token), 403, "may not subscribe");
    range.reads("rule", Wire.get("/news/abc").bearer(token), "news.abc");
    for (String topic : new String[] {"A", "ab1", "a%E2%80%A8", "a%20", "a%2Fb", "%C3%A4", "a;b"}) {
      range.refused("rule", Wire.get("/news/" + topic).bearer(token), 403, "may not subscribe");
    }
    range.refused("rule", Wire.get("/news/a%0A").bearer(token), 400, "control characters");
  }

  @Test
  void claimInAnAddressIsOnePartOfIt() {
    for (String sub :
        new String[] {
          "a.b",
          ".",
          "..",
          "a.",
          ".a",
          "*.x",
          "",
          "a\nb",
          "a\rb",
          "a\u0000",
          "\u0085",
          "s".repeat(5000)
        }) {
      String token = range.secret(KEY.token("RS256", claims().put("sub", sub)));
      range.refused("claim", Wire.get("/mine").bearer(token), 403, "");
      range.refused("claim, to publish", Wire.post("/mine", "x").bearer(token), 403, "");
    }
    for (String sub :
        new String[] {"*", "**", "{claim:sub}", "%2e", "a/b", "a\u2028b", "\ud83d\ude00"}) {
      Wire mine = Wire.get("/mine").bearer(KEY.token("RS256", claims().put("sub", sub)));
      range.reads("claim of " + sub.length(), mine, "user." + sub);
    }
    for (Object tenant :
        new Object[] {"a.b", "", new JsonArray().add("acme"), new JsonObject().put("acme", 1)}) {
      String token = KEY.token("RS256", claims().put("tenant", tenant));
      range.refused("tenant", Wire.get("/tenant/x").bearer(token), 403, "");
    }
    String token = KEY.token("RS256", claims());
    range.refused("no tenant", Wire.get("/tenant/x").bearer(token), 403, "");
    range.refused("tenant by query", Wire.get("/tenant/x?tenant=acme").bearer(token), 403, "");
    range.refused("tenant of nobody", Wire.get("/tenant/x"), 401, "");
    String acme = KEY.token("RS256", granting("tenant.acme.*").put("tenant", "acme"));
    range.reads("own tenant", Wire.get("/tenant/x").bearer(acme), "tenant.acme.x");
    range.refused("and no other", Wire.get("/tenant/..%2Fx").bearer(acme), 400, "expected no .");
  }
}
