package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.BridgeServer;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestKey;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A message ends the streams that it names, on every bridge that gets it, and no others. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class RevocationsTest {
  private static final String SECRET = "a-secret-of-more-than-32-characters";
  private static final int ATTEMPTS = 5;

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static String config(String route) {
    return "{'auth':{'revocations':'gone','jwt':{'users':{'secret':'"
        + SECRET
        + "'}}},'routes':{'"
        + route
        + "':{'path':'/a','address':'"
        + route
        + "'}}}";
  }

  private static String bearer(JsonObject claims) {
    JsonArray all = new JsonArray().add("here").add("there");
    JsonObject whole =
        new JsonObject()
            .put("exp", System.currentTimeMillis() / 1000 + 600)
            .put("sse", new JsonObject().put("subscribe", all))
            .mergeIn(claims);
    JsonObject header = new JsonObject().put("alg", "HS256");
    return "Authorization: Bearer " + TestKey.hmac(SECRET.getBytes(UTF_8), "HS256", header, whole);
  }

  private static String ada(int number) {
    return bearer(
        BridgeFixture.json(
            "{'sub':'ada%1$d','jti':'a-%1$d','tenant':'acme%1$d','plan':%1$d,'team':{'x':[%1$d]}}"
                .formatted(number)));
  }

  /** Messages, each with what it names of the claims above. */
  private static final List<String> MESSAGES =
      List.of(
          "{'subject':'ada%1$d'}",
          "{'token':'a-%1$d'}",
          "{'claims':{'tenant':'acme%1$d'}}",
          "{'claims':{'plan':%1$d}}",
          "{'claims':{'team':{'x':[%1$d]}}}",
          "{'claims':{'tenant':'acme%1$d','plan':%1$d}}",
          "{'subject':'ada%1$d','claims':{'plan':%1$d}}");

  @Test
  void whoeverIsNamedLosesHisStreamsOnEveryBridgeThatGetsTheMessage() {
    String bob = bearer(BridgeFixture.json("{'sub':'bob','jti':'b','tenant':'beta','plan':-1}"));
    try (BridgeFixture here = BridgeFixture.deploy(vertx, config("here"), 2)) {
      BridgeServer there = BridgeServer.start(vertx, config("there"), new HttpServerOptions(), 1);
      try {
        SseProbe bystander = here.open("/a", bob);
        SseProbe elsewhere = here.probes().get(there.port(), "/a", bob);
        elsewhere.awaitOpen();
        int number = 0;
        for (String message : MESSAGES) {
          String ada = ada(++number);
          SseProbe first = here.open("/a", ada);
          SseProbe second = here.probes().get(there.port(), "/a", ada);
          second.awaitOpen();
          vertx.eventBus().publish("gone", BridgeFixture.json(message.formatted(number)));
          first.awaitEnd();
          second.awaitEnd();
          assertThat(here.get("/a", ada).status()).as(message).isEqualTo(401);
          SseProbe back = here.probes().get(there.port(), "/a", ada);
          assertThat(back.status()).as(message).isEqualTo(401);
          assertThat(back.header("www-authenticate")).contains("error=\"invalid_token\"");
          here.publish("here", message);
          here.publish("there", message);
          bystander.awaitData(message);
          elsewhere.awaitData(message);
        }
        assertThat(here.awaitEnds(number)).hasSize(number).containsOnly(CloseReason.UNAUTHORIZED);
        assertThat(bystander.data()).containsExactlyElementsOf(MESSAGES);
        assertThat(elsewhere.data()).containsExactlyElementsOf(MESSAGES);
      } finally {
        there.close();
      }
    }
  }

  @Test
  void whatNamesNobodyOrNothingThatCanBeUnderstoodEndsNoStream() {
    Map<Object, Boolean> messages = new LinkedHashMap<>();
    messages.put(BridgeFixture.json("{'subject':'ADA1'}"), true);
    messages.put(BridgeFixture.json("{'subject':'ada1','claims':{'plan':2}}"), true);
    messages.put(BridgeFixture.json("{'token':'a'}"), true);
    messages.put(BridgeFixture.json("{'claims':{'none':null,'plan':2}}"), true);
    messages.put(new JsonObject(), false);
    messages.put(BridgeFixture.json("{'subject':''}"), false);
    messages.put(BridgeFixture.json("{'subject':1}"), false);
    messages.put(BridgeFixture.json("{'claims':{}}"), false);
    messages.put(BridgeFixture.json("{'subject':'ada1','more':1}"), false);
    messages.put("ada1", false);
    messages.put(7, false);
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config("here"))) {
      SseProbe stream = bridge.open("/a", ada(1));
      messages.forEach(
          (message, isUnderstood) -> {
            var asked = vertx.eventBus().request("gone", message);
            if (isUnderstood) {
              assertThat(((JsonObject) BridgeFixture.get(asked).body()).getInteger("ended"))
                  .as("%s", message)
                  .isZero();
            } else {
              assertThat(BridgeFixture.get(asked.map(r -> "").otherwise(Throwable::getMessage)))
                  .as("%s", message)
                  .startsWith("expected a JSON object");
            }
          });
      bridge.publish("here", "on");
      stream.awaitData("on");
    }
  }

  /** The machine may be busy at times, so one of several attempts has to be as quick. */
  @Test
  void streamsEndWithinASecond() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config("here"), 2)) {
      long quickest = Long.MAX_VALUE;
      for (int attempt = 1; attempt <= ATTEMPTS && quickest >= 1_000_000_000; attempt++) {
        String ada = ada(attempt);
        List<SseProbe> streams = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          streams.add(bridge.open("/a", ada));
        }
        long begin = System.nanoTime();
        bridge.publish("gone", new JsonObject().put("subject", "ada" + attempt));
        streams.forEach(SseProbe::awaitEnd);
        quickest = Math.min(quickest, System.nanoTime() - begin);
      }
      assertThat(quickest).isLessThan(1_000_000_000);
    }
  }
}
