package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestKey;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tokens over real sockets: each attack is refused, and who is in stays so. */
@ExtendWith(VertxExtension.class)
class JwtAttackTest {
  private static final TestKey KEY = TestKey.make("k", "RS256");
  private static final TestKey FOREIGN = TestKey.make("k", "RS256");

  private @TempDir Path directory;

  private static JsonObject claims() {
    long now = System.currentTimeMillis() / 1000;
    return new JsonObject()
        .put("sub", "ada")
        .put("iss", "https://issuer")
        .put("aud", "bridge")
        .put("iat", now - 10)
        .put("exp", now + 3600)
        .put(
            "sse",
            new JsonObject()
                .put("subscribe", new JsonArray().add("a"))
                .put("publish", new JsonArray().add("a")));
  }

  @Test
  void eachAttackIsRefusedAndTheStreamOfSomebodyElseGoesOn(Vertx vertx) throws Exception {
    Path pem = KEY.writePem(directory.resolve("key.pem"));
    try (KeyServer server = KeyServer.start(vertx, KeyServer.keys(TestKey.make("j", "ES256")));
        BridgeFixture bridge =
            BridgeFixture.deploy(
                vertx,
                "{'routes':{'x':{'path':'/x','address':'a'},'y':{'path':'/y','address':'b'}},"
                    + "'publish':{'x':{'path':'/p','address':'a'},'y':{'path':'/q','address':'b'}},"
                    + "'auth':{'jwt':{'users':{'keys':['"
                    + pem
                    + "'],'jwks':'"
                    + server.url()
                    + "','issuer':'https://issuer','audience':['bridge'],"
                    + "'required':['exp','sub']}}}}")) {
      HttpCalls calls = new HttpCalls(bridge.port());
      String good = "Bearer " + KEY.token("RS256", claims());
      SseProbe bystander = bridge.open("/x", "Authorization: " + good);
      assertThat(calls.post("/p", "0", "authorization", good).statusCode()).isEqualTo(202);
      bystander.awaitData("0");
      assertThat(calls.get("/y", "authorization", good).statusCode()).isEqualTo(403);
      assertThat(calls.post("/q", "bad", "authorization", good).statusCode()).isEqualTo(403);

      int number = 0;
      for (Map.Entry<String, String> attack : attacks().entrySet()) {
        String name = attack.getKey();
        String shown = "Bearer " + attack.getValue();
        HttpResponse<Void> refused = calls.get("/x", "authorization", shown);
        assertThat(refused.statusCode()).as(name).isEqualTo(401);
        assertThat(refused.headers().firstValue("www-authenticate"))
            .as(name)
            .hasValue("Bearer realm=\"sse\", error=\"invalid_token\"");
        assertThat(calls.post("/p", "bad", "authorization", shown).statusCode())
            .as(name)
            .isEqualTo(401);
        String text = Integer.toString(++number);
        assertThat(calls.post("/p", text, "authorization", good).statusCode()).isEqualTo(202);
        bystander.awaitData(text);
      }
      assertThat(bystander.data()).hasSize(number + 1).doesNotContain("bad");
      assertThat(server.requests()).as("fetches, however many unknown keys").hasSizeLessThan(4);
    }
  }

  private static Map<String, String> attacks() {
    Map<String, String> attacks = new LinkedHashMap<>();
    String unsigned =
        TestKey.base64("{\"alg\":\"none\"}".getBytes(UTF_8))
            + "."
            + TestKey.base64(claims().encode().getBytes(UTF_8));
    attacks.put("none", unsigned);
    attacks.put("none and a dot", unsigned + ".");
    attacks.put(
        "key confusion",
        TestKey.hmac(
            KEY.pem().getBytes(UTF_8), "HS256", new JsonObject().put("alg", "HS256"), claims()));
    long now = System.currentTimeMillis() / 1000;
    attacks.put("expired", KEY.token("RS256", claims().put("exp", now - 60)));
    attacks.put("not yet valid", KEY.token("RS256", claims().put("nbf", now + 60)));
    attacks.put("wrong audience", KEY.token("RS256", claims().put("aud", "other")));
    attacks.put("wrong issuer", KEY.token("RS256", claims().put("iss", "https://evil")));
    attacks.put("foreign key", FOREIGN.token("RS256", claims()));
    String good = KEY.token("RS256", claims());
    String[] parts = good.split("\\.", -1);
    attacks.put(
        "tampered",
        parts[0]
            + "."
            + TestKey.base64(claims().put("sub", "eve").encode().getBytes(UTF_8))
            + "."
            + parts[2]);
    JsonObject without = claims();
    without.remove("exp");
    attacks.put("no end", KEY.token("RS256", without));
    attacks.put("four parts", good + ".x");
    attacks.put("long", KEY.token("RS256", claims().put("x", "y".repeat(4000))) + "AAAA");
    for (int i = 0; i < 20; i++) {
      attacks.put("unknown key " + i, FOREIGN.token(header("unknown" + i), claims()));
    }
    return attacks;
  }

  private static JsonObject header(String id) {
    return new JsonObject().put("alg", "RS256").put("kid", id);
  }

  @Test
  void endOfATokenThatIsFarAwayIsNoTrouble(Vertx vertx) throws Exception {
    Path pem = KEY.writePem(directory.resolve("key.pem"));
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'x':{'path':'/x','address':'a'}},'auth':{'jwt':{'users':"
                + "{'keys':['"
                + pem
                + "'],'audience':['bridge']}}}}")) {
      for (Number end : new Number[] {1e12, 1e17, 1e300}) {
        String token = KEY.token("RS256", claims().put("exp", end));
        SseProbe stream = bridge.open("/x", "Authorization: Bearer " + token);
        bridge.publish("a", "far " + end);
        stream.awaitData("far " + end);
      }
    }
  }
}
