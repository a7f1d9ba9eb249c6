package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A route of which each subscriber gets the events that are for him. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class OnlyTest {
  private static final String CONFIG =
      "{'auth':{'tickets':{},'tokens':{"
          + "'ada':{'token':'ada-ada-ada-ada-ada','subscribe':['news','more'],'publish':['news']},"
          + "'bob':{'token':'bob-bob-bob-bob-bob','subscribe':['news','more']}}},"
          + "'routes':{'r':{'path':'/news','addresses':['news','more'],"
          + "'only':{'/to':'{claim:sub}'},'history':{'events':100}},"
          + "'t':{'path':'/t','address':'news','only':{'/t':'{claim:tenant}'}},"
          + "'all':{'path':'/all','address':'news','auth':'none'}},"
          + "'publish':{'p':{'path':'/news','address':'news'}}}";
  private static final String ADA = "Authorization: Bearer ada-ada-ada-ada-ada";
  private static final String BOB = "Authorization: Bearer bob-bob-bob-bob-bob";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static String to(String who, int n) {
    return "{\"to\":\"" + who + "\",\"n\":" + n + "}";
  }

  @Test
  void eachGetsTheEventsThatAreForHim() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG, 2)) {
      SseProbe ada = bridge.open("/news", ADA);
      SseProbe bob = bridge.open("/news?address=news", BOB);
      SseProbe all = bridge.open("/all");
      bridge.publish("news", new JsonObject(to("ada", 1)));
      bridge.publish("news", to("bob", 2));
      bridge.publish("news", Buffer.buffer(to("ada", 3)));
      bridge.publish("news", "no JSON");
      bridge.publish("news", new JsonObject().put("n", 4));
      bridge.publish("news", "{\"to\":\"ada\",\"to\":\"bob\"}");
      bridge.publish("news", new JsonObject().put("to", "Ada"));
      String body = to("bob", 5);
      SseProbe post =
          bridge.request(
              "POST",
              "/news",
              ADA,
              "Content-Type: application/json",
              "Content-Length: " + body.length());
      post.send(body);
      assertThat(post.status()).isEqualTo(202);
      bridge.publish("more", new JsonObject(to("bob", 6)));
      bridge.publish("more", new JsonObject(to("ada", 6)));
      bridge.publish("news", new JsonObject(to("bob", 7)));
      bridge.publish("news", new JsonObject(to("ada", 7)));
      ada.awaitData(to("ada", 6));
      ada.awaitData(to("ada", 7));
      bob.awaitData(to("bob", 7));
      all.awaitData(to("ada", 7));
      assertThat(ada.data())
          .containsExactlyInAnyOrder(to("ada", 1), to("ada", 3), to("ada", 6), to("ada", 7));
      assertThat(bob.data()).containsExactly(to("bob", 2), to("bob", 5), to("bob", 7));
      assertThat(all.data()).hasSize(10);
      // On two routes that ask for it: no JSON, without the value, with it twice, each time told.
      assertThat(bridge.bridge().stats().getLong("droppedMessages")).isGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void whatIsForOthersIsNotMissedByWhoComesBack() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG, 2)) {
      SseProbe ada = bridge.open("/news", ADA);
      bridge.publish("news", new JsonObject(to("ada", 1)));
      ada.awaitData(to("ada", 1));
      String seen = ada.lastEventId();
      ada.reset();
      for (int i = 0; i < 50; i++) {
        bridge.publish("news", new JsonObject(to("bob", i)));
      }
      bridge.publish("news", new JsonObject(to("ada", 2)));
      SseProbe back = bridge.open("/news", ADA, "Last-Event-ID: " + seen);
      back.awaitData(to("ada", 2));
      assertThat(back.header("sse-resume")).isEqualTo("complete");
      assertThat(back.events()).hasSize(1);
      SseProbe bob = bridge.open("/news?last=3", BOB);
      bob.awaitData(to("bob", 49));
      assertThat(bob.data()).containsExactly(to("bob", 48), to("bob", 49));
    }
  }

  @Test
  void whoLacksTheClaimGetsNoStreamAndNoTicket() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/news", BOB);
      SseProbe refused = bridge.get("/t", ADA);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.awaitEnd().body()).contains("tenant");
      assertThat(bridge.request("POST", "/t/ticket", ADA, "Content-Length: 0").status())
          .isEqualTo(403);
      SseProbe given = bridge.request("POST", "/news/ticket", ADA, "Content-Length: 0");
      String ticket = new JsonObject(given.awaitEnd().body()).getString("ticket");
      SseProbe ada = bridge.open("/news?ticket=" + ticket);
      bridge.publish("news", new JsonObject(to("bob", 1)));
      bridge.publish("news", new JsonObject(to("ada", 2)));
      ada.awaitData(to("ada", 2));
      bystander.awaitData(to("bob", 1));
      assertThat(ada.data()).containsExactly(to("ada", 2));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{'auth':'none','routes':{'r':{'path':'/r','address':'r','only':{'/to':'{claim:sub}'}}}}"
            + " | /routes/r/only: expected a path that asks who somebody is",
        "{'auth':{'tokens':{'a':{'token':'ada-ada-ada-ada-ada'}}},'routes':{'r':{'path':'/r',"
            + "'address':'r','auth':'none','only':{'/to':'{claim:sub}'}}}}"
            + " | /routes/r/only: expected a path that asks who somebody is",
        "{'routes':{'r':{'path':'/r','address':'r','only':{'to':'{claim:sub}'}}}}"
            + " | /routes/r/only: expected a JSON pointer",
        "{'routes':{'r':{'path':'/r','address':'r','only':{'/to':'x{claim:sub}'}}}}"
            + " | /routes/r/only: expected a claim",
        "{'routes':{'r':{'path':'/r','address':'r','only':{'/to':7}}}}"
            + " | /routes/r/only: expected a claim",
        "{'routes':{'r':{'path':'/r/:to','address':'r','only':{'/to':'{to}'}}}}"
            + " | /routes/r/only: expected a claim",
        "{'routes':{'r':{'path':'/r','address':'r','only':{'/a':'{claim:a}','/a/b':'{claim:b}'}}}}"
            + " | /routes/r/only: expected places of values",
        "{'routes':{'r':{'path':'/r','address':'r','only':{}}}}"
            + " | /routes/r/only: expected a JSON object",
        "{'routes':{'r':{'path':'/r','address':'r','only':'/to'}}}" + " | /routes/r/only: expected"
      })
  void whatCannotBeMeantIsAProblem(String config, String problem) {
    assertThatThrownBy(() -> SseBridgeOptions.read(new JsonObject(config.replace('\'', '"'))))
        .hasMessageContaining(problem);
  }
}
