package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestKey;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and their keys at a bridge that runs, while the stream of a bystander goes on. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class LiveKeysTest {
  private static final TestKey ONE = TestKey.make("one", "ES256");
  private static final TestKey TWO = TestKey.make("two", "ES256");

  private static Vertx vertx;

  @TempDir Path directory;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static BridgeFixture deploy(String jwt) {
    return BridgeFixture.deploy(
        vertx,
        "{'limits':{'authFailures':'none'},'auth':{'jwt':{'users':{"
            + jwt
            + "}}},'routes':{'a':{'path':'/a','address':'a'}},"
            + "'publish':{'a':{'path':'/a','address':'a'}}}");
  }

  private static JsonObject claims() {
    long now = System.currentTimeMillis() / 1000;
    JsonArray all = new JsonArray().add("a");
    return new JsonObject()
        .put("sub", "ada")
        .put("iat", now - 10)
        .put("exp", now + 3600)
        .put("sse", new JsonObject().put("subscribe", all).put("publish", all));
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token;
  }

  /** The status of a message with this token, which the bystander gets if it is published. */
  private static int publish(BridgeFixture bridge, String text, String token) {
    return new HttpCalls(bridge.port())
        .post("/a", text, "authorization", "Bearer " + token)
        .statusCode();
  }

  @Test
  void aTokenOfEachAlgorithmReadsAndPublishesAndItsKeyIsForNoOther() throws Exception {
    Map<String, TestKey> keys = new LinkedHashMap<>();
    for (String kind : new String[] {"RS256", "ES256", "ES384", "ES512", "EdDSA"}) {
      keys.put(kind, TestKey.make(kind, kind));
    }
    Path set = directory.resolve("jwks.json");
    Files.writeString(set, TestKey.set(keys.values().toArray(new TestKey[0])).encode());
    try (BridgeFixture bridge = deploy("'jwks':'" + set + "'")) {
      TestKey rsa = Objects.requireNonNull(keys.get("RS256"));
      SseProbe bystander = bridge.open("/a", bearer(rsa.token("RS256", claims())));
      int number = 0;
      for (String algorithm : JwtFixture.algorithms()) {
        boolean isRsa = algorithm.startsWith("RS") || algorithm.startsWith("PS");
        TestKey key = isRsa ? rsa : Objects.requireNonNull(keys.get(algorithm));
        String token = key.token(algorithm, claims().put("n", number));
        SseProbe stream = bridge.open("/a", bearer(token));
        String text = algorithm + " " + ++number;
        assertThat(publish(bridge, text, token)).as(algorithm).isEqualTo(202);
        stream.awaitData(text);
        bystander.awaitData(text);
        stream.close();

        String another = isRsa ? "ES256" : "RS256";
        JsonObject header = new JsonObject().put("alg", another).put("kid", key.id());
        String confused = key.token(algorithm, header.encode(), claims().encode());
        assertThat(bridge.get("/a", bearer(confused)).status()).as(algorithm).isEqualTo(401);
        assertThat(publish(bridge, "confused", confused)).as(algorithm).isEqualTo(401);
      }
      assertThat(bystander.data()).hasSize(number).doesNotContain("confused");
    }
  }

  @Test
  void clocksMayBeOffByTheLeewayAndNoMore() throws Exception {
    Path pem = ONE.writePem(directory.resolve("one.pem"));
    long now = System.currentTimeMillis() / 1000;
    Map<JsonObject, Integer> statuses = new LinkedHashMap<>();
    statuses.put(claims().put("exp", now - 600), 200);
    statuses.put(claims().put("nbf", now + 600), 200);
    statuses.put(claims().put("iat", now + 600), 200);
    statuses.put(claims().put("exp", now - 7200), 401);
    statuses.put(claims().put("nbf", now + 7200), 401);
    statuses.put(claims().put("iat", now + 7200), 401);
    for (String leeway : new String[] {"'1h'", "0"}) {
      try (BridgeFixture bridge = deploy("'keys':['" + pem + "'],'leeway':" + leeway)) {
        SseProbe bystander = bridge.open("/a", bearer(ONE.token("ES256", claims())));
        statuses.forEach(
            (claims, status) ->
                assertThat(bridge.get("/a", bearer(ONE.token("ES256", claims))).status())
                    .as("%s with %s", claims, leeway)
                    .isEqualTo(leeway.equals("0") ? 401 : status));
        bridge.publish("a", "on");
        bystander.awaitData("on");
      }
    }
  }

  @Test
  void keysInAFileAreReadAgainWhileTheBridgeRuns() throws Exception {
    Path set = directory.resolve("jwks.json");
    write(set, ONE);
    try (BridgeFixture bridge = deploy("'jwks':'" + set + "','floor':'1ms','refresh':'50ms'")) {
      rotate(bridge, () -> write(set, ONE, TWO), () -> write(set, TWO));
    }
  }

  private static void write(Path file, TestKey... keys) throws Exception {
    Path next = file.resolveSibling("next");
    Files.writeString(next, TestKey.set(keys).encode());
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void keysOfAServerRotateWhileTheBridgeRuns() throws Exception {
    try (KeyServer server = KeyServer.start(vertx, KeyServer.keys(ONE));
        BridgeFixture bridge =
            deploy("'jwks':'" + server.url() + "','floor':'1ms','refresh':'50ms'")) {
      rotate(
          bridge,
          () -> server.answer(KeyServer.keys(ONE, TWO)),
          () -> server.answer(KeyServer.keys(TWO)));
    }
  }

  private interface Change {
    void make() throws Exception;
  }

  /** A key comes, and then the one before goes. */
  private static void rotate(BridgeFixture bridge, Change comes, Change goes) throws Exception {
    String before = ONE.token("ES256", claims());
    String after = TWO.token("ES256", claims());
    SseProbe bystander = bridge.open("/a", bearer(before));
    assertThat(publish(bridge, "not yet", after)).isEqualTo(401);
    comes.make();
    Deadline.await(() -> publish(bridge, "new", after) == 202, () -> "the new key to count");
    bystander.awaitData("new");
    assertThat(publish(bridge, "old", before)).isEqualTo(202);
    bystander.awaitData("old");
    goes.make();
    Deadline.await(() -> publish(bridge, "more", before) == 401, () -> "the old key to be gone");
    assertThat(bridge.get("/a", bearer(before)).status()).isEqualTo(401);
    assertThat(publish(bridge, "end", after)).isEqualTo(202);
    bystander.awaitData("end");
    assertThat(bystander.data())
        .filteredOn(data -> !data.equals("more"))
        .containsExactly("new", "old", "end");
  }

  @Test
  void whileTheServerOfTheKeysIsDownThoseWhoAreKnownComeInAndNobodyElse() {
    try (KeyServer server = KeyServer.start(vertx, KeyServer.keys(ONE));
        BridgeFixture bridge =
            deploy("'jwks':'" + server.url() + "','floor':'1ms','refresh':'50ms'")) {
      SseProbe bystander = bridge.open("/a", bearer(ONE.token("ES256", claims())));
      String unknown = TWO.token("ES256", claims());
      int turn = 0;
      for (var outage :
          java.util.List.of(
              KeyServer.status(500),
              KeyServer.body(new JsonObject().put("error", "down")),
              KeyServer.status(404))) {
        int asked = server.requests().size();
        server.answer(outage);
        server.await(asked + 2); // so one of them was answered like this
        assertThat(publish(bridge, "unknown", unknown)).as("turn %d", turn).isEqualTo(503);
        SseProbe soft = bridge.get("/a", bearer(unknown)).awaitEnd();
        assertThat(soft.status()).isEqualTo(200);
        assertThat(soft.awaitJson("sse.refused").getString("reason")).contains("keys of tokens");
        String text = "known " + ++turn;
        String known = ONE.token("ES256", claims().put("n", turn));
        assertThat(publish(bridge, text, known)).isEqualTo(202);
        bystander.awaitData(text);
        bridge.open("/a", bearer(known)).close();
      }
      server.answer(KeyServer.keys(ONE, TWO));
      Deadline.await(() -> publish(bridge, "back", unknown) == 202, () -> "the keys to be back");
      bystander.awaitData("back");
      assertThat(bystander.data()).containsExactly("known 1", "known 2", "known 3", "back");
    }
  }
}
