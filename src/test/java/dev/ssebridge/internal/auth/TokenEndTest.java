package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestKey;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When a right ends, what was opened by it does, and nothing else. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class TokenEndTest {
  private static final String SECRET = "a-secret-of-more-than-32-characters";
  private static final String AUTH =
      "'auth':{'warning':'1d','revocations':'gone','jwt':{'users':{'secret':'"
          + SECRET
          + "','leeway':0}}},";
  private static final String CONFIG =
      "{" + AUTH + "'routes':{'t':{'path':'/t/:topic','address':'t.{topic}'}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static String bearer(String subject, long millis) {
    JsonObject claims =
        new JsonObject()
            .put("sub", subject)
            .put("iat", System.currentTimeMillis() / 1000.0 - 10)
            .put("exp", (System.currentTimeMillis() + millis) / 1000.0)
            .put("sse", new JsonObject().put("subscribe", new JsonArray().add("t.*")));
    JsonObject header = new JsonObject().put("alg", "HS256");
    return "Authorization: Bearer " + TestKey.hmac(SECRET.getBytes(UTF_8), "HS256", header, claims);
  }

  @Test
  void aStreamIsToldBeforeItsTokenEndsAndEndsWithIt() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe other = bridge.open("/t/a", bearer("other", 600_000));
      String token = bearer("ada", 1000);
      SseProbe stream = bridge.open("/t/a", token);
      assertThat(stream.awaitJson("sse.auth").getString("expires")).endsWith("Z");
      stream.awaitEnd();
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.UNAUTHORIZED);
      assertThat(bridge.get("/t/a", token).status()).isEqualTo(401);
      bridge.publish("t.a", "on");
      other.awaitData("on");
    }
  }

  @Test
  void halfOfManyStreamsLoseTheirRightAtOnceAndTheOtherHalfLosesNothing() {
    int half = 500;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG, 2)) {
      List<SseProbe> losing = new ArrayList<>();
      List<SseProbe> keeping = new ArrayList<>();
      String ada = bearer("ada", 600_000);
      String bob = bearer("bob", 600_000);
      for (int i = 0; i < half; i++) {
        losing.add(bridge.open("/t/a", ada));
        keeping.add(bridge.open("/t/a", bob));
      }
      bridge.publish("t.a", "before");
      JsonObject ended =
          (JsonObject)
              BridgeFixture.get(
                      vertx.eventBus().request("gone", new JsonObject().put("subject", "ada")))
                  .body();
      bridge.publish("t.a", "after");
      assertThat(ended.getInteger("ended")).isEqualTo(half);
      losing.forEach(SseProbe::awaitEnd);
      keeping.forEach(stream -> stream.awaitData("after"));
      assertThat(keeping)
          .allSatisfy(
              stream ->
                  assertThat(stream.data())
                      .filteredOn(data -> !data.contains("expires"))
                      .containsExactly("before", "after"));
      assertThat(bridge.get("/t/a", ada).status()).isEqualTo(401);
    }
  }

  @Test
  void whoShowsTooMuchThatIsWrongIsNotLookedAtForAWhile() {
    String config = "{'limits':{'authFailures':'5/m'}," + CONFIG.substring(1);
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe bystander = bridge.open("/t/a", bearer("bob", 600_000));
      int refused = 0;
      int status = 401;
      while (status == 401 && refused < 20) {
        status = bridge.request("GET", "/t/a", "Authorization: Bearer wrong-wrong-wrong").status();
        refused++;
      }
      assertThat(status).isEqualTo(429);
      SseProbe right = bridge.get("/t/a", bearer("bob", 600_000), "Accept: text/event-stream");
      assertThat(right.awaitEnd().status()).isEqualTo(200);
      assertThat(right.awaitJson("sse.refused").getString("reason")).contains("authFailures");
      bridge.publish("t.a", "on");
      bystander.awaitData("on");
    }
  }
}
