package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever comes too often is refused, or waits; others go on. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class RatesTest {
  private static final String ROUTES =
      "'routes':{'t':{'path':'/t/:x','address':'t.{x}','linger':0}},"
          + "'publish':{'t':{'path':'/t/:x','address':'t.{x}'}}}";
  private static final String ALICE = "X-Forwarded-For: 203.0.113.1";
  private static final String BOB = "X-Forwarded-For: 203.0.113.2";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static String config(String http, String limits) {
    return "{'http':{" + http + "},'limits':{" + limits + "}," + ROUTES;
  }

  private static String trusting(String limits) {
    return config("'trustedProxies':['127.0.0.1']", limits);
  }

  @Test
  void aRemoteThatPublishesTooOftenIsRefusedAndOthersGoOn() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, trusting("'publishRate':{'perRemote':'3/h'}"))) {
      SseProbe bystander = bridge.open("/t/a");
      for (int i = 0; i < 3; i++) {
        assertThat(post(bridge, "/t/a", "alice " + i, ALICE).status()).isEqualTo(202);
      }
      for (String target : List.of("/t/a", "/t/b")) {
        SseProbe refused = post(bridge, target, "too much", ALICE);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(1100, 1200);
        assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
        JsonObject problem = new JsonObject(refused.awaitEnd().body());
        assertThat(problem.getString("detail")).contains("limits.publishRate.perRemote: 3/h");
      }
      String forged = "X-Forwarded-For: 9.9.9.9, 203.0.113.1";
      assertThat(post(bridge, "/t/a", "too much", forged).status()).isEqualTo(429);
      assertThat(post(bridge, "/t/a", "bob", BOB).status()).isEqualTo(202);
      bystander.awaitData("bob");
      assertThat(bystander.data()).containsExactly("alice 0", "alice 1", "alice 2", "bob");
    }
  }

  @Test
  void whoeverIsNoTrustedProxySpeaksForItselfAlone() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, config("", "'publishRate':{'perRemote':'2/h'}"))) {
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        statuses.add(post(bridge, "/t/a", "x", "X-Forwarded-For: 203.0.113." + i).status());
      }
      assertThat(statuses).containsExactly(202, 202, 429, 429, 429);
    }
  }

  @Test
  void anAddressTakesNoMoreWhoeverPublishes() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx, trusting("'publishRate':{'perRemote':'3/h','perAddress':'2/h'}"))) {
      assertThat(post(bridge, "/t/a", "1", ALICE).status()).isEqualTo(202);
      assertThat(post(bridge, "/t/a", "2", BOB).status()).isEqualTo(202);
      SseProbe refused = post(bridge, "/t/a", "3", ALICE).awaitEnd();
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.body()).contains("limits.publishRate.perAddress: 2/h");
      for (String other : List.of("/t/b", "/t/c")) {
        assertThat(post(bridge, other, "4", ALICE).status())
            .as("what was refused does not count against the remote")
            .isEqualTo(202);
      }
      assertThat(post(bridge, "/t/d", "5", ALICE).status()).isEqualTo(429);
    }
  }

  @Test
  void aUserPublishesNoMoreFromWhereverHeDoes() {
    String auth =
        "'auth':{'tokens':{'ada':{'token':'ada-ada-ada-ada-ada','publish':['t.*']},"
            + "'bob':{'token':'bob-bob-bob-bob-bob','publish':['t.*']}}},";
    String config =
        trusting("'publishRate':{'perSubject':'2/h','perAddress':'4/h'}")
            .replace("{'http'", "{" + auth + "'http'");
    String ada = "Authorization: Bearer ada-ada-ada-ada-ada";
    String bob = "Authorization: Bearer bob-bob-bob-bob-bob";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config, 2)) {
      assertThat(post(bridge, "/t/a", "1", ALICE, ada).status()).isEqualTo(202);
      assertThat(post(bridge, "/t/b", "2", BOB, ada).status()).isEqualTo(202);
      SseProbe refused = post(bridge, "/t/c", "3", BOB, ada).awaitEnd();
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.body()).contains("limits.publishRate.perSubject: 2/h");
      assertThat(post(bridge, "/t/a", "4", ALICE, bob).status()).isEqualTo(202);
      assertThat(post(bridge, "/t/a", "5", ALICE, bob).status()).isEqualTo(202);
      assertThat(post(bridge, "/t/a", "6", ALICE, bob).status()).isEqualTo(429);
    }
  }

  @Test
  void allInstancesCountTogether() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, config("", "'publishRate':{'perRemote':'5/h'}"), 3)) {
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        statuses.add(post(bridge, "/t/a", "x").status());
      }
      assertThat(statuses).filteredOn(status -> status == 202).hasSize(5);
    }
  }

  @ParameterizedTest
  @CsvSource({"application/x-ndjson, \"m%d\"_", "text/event-stream, data: m%d__"})
  void aBodyOfManyMessagesIsReadNoFasterAndLosesNone(String type, String message) {
    int messages = 40;
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, trusting("'publishRate':{'perRemote':'20/s'}"))) {
      SseProbe bystander = bridge.open("/t/a");
      String body =
          IntStream.range(0, messages)
              .mapToObj(message.replace('_', '\n')::formatted)
              .collect(Collectors.joining());
      long begun = System.nanoTime();
      SseProbe posted =
          bridge
              .request(
                  "POST",
                  "/t/a",
                  ALICE,
                  "Content-Type: " + type,
                  "Content-Length: " + body.length())
              .send(body);
      assertThat(post(bridge, "/t/b", "bob", BOB).status()).isEqualTo(202);
      assertThat(posted.awaitEnd().status()).isEqualTo(202);
      // 20 at once, then one in 50 ms; the last piece of the body holds a few.
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)).isGreaterThan(700);
      assertThat(new JsonObject(posted.body()).getInteger("published")).isEqualTo(messages);
      bystander.awaitEvents(messages);
      assertThat(bystander.data()).hasSize(messages).last().asString().contains("m39");
    }
  }

  @Test
  void aBodyThatWaitsIsGivenUpWhenTheBridgeCloses() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, config("", "'publishRate':{'perRemote':'1/h'}"))) {
      assertThat(post(bridge, "/t/a", "x").status()).isEqualTo(202);
      Deadline.await(() -> bridge.hub().bodies().held() == 0, () -> "no body");
      String body = "\"a\"\n\"b\"\n";
      SseProbe waiting =
          bridge
              .request(
                  "POST",
                  "/t/a",
                  "Content-Type: application/x-ndjson",
                  "Content-Length: " + body.length())
              .send(body);
      Deadline.await(() -> bridge.hub().bodies().held() > 0, () -> "a body that waits");
      BridgeFixture.get(bridge.undeploy());
      assertThat(waiting.awaitEnd().status()).isEqualTo(503);
      assertThat(waiting.body()).contains("\"published\":0");
    }
  }

  @Test
  void streamsThatAreAskedForTooOftenComeBackLaterAndOpenOnesGoOn() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, trusting("'subscribeRate':'2/h'"))) {
      SseProbe bystander = bridge.open("/t/a", ALICE);
      bridge.open("/t/a", ALICE).reset();
      bridge.awaitStreams(1);

      SseProbe browser = bridge.get("/t/a", ALICE).awaitEnd();
      assertThat(browser.status()).isEqualTo(200);
      assertThat(browser.header("content-type")).isEqualTo("text/event-stream");
      browser.awaitComment("limits.subscribeRate: 2/h");
      assertThat(browser.retry()).isBetween(1_700_000L, 3_600_001L);
      assertThat(browser.awaitJson("sse.refused").getString("reason")).contains("subscribeRate");
      SseProbe other = bridge.request("GET", "/t/a", ALICE).awaitEnd();
      assertThat(other.status()).isEqualTo(429);
      assertThat(Integer.parseInt(other.header("retry-after"))).isBetween(1700, 3601);
      assertThat(bridge.request("HEAD", "/t/a", ALICE).status()).isEqualTo(429);

      bridge.open("/t/a", BOB);
      bridge.publish("t.a", "goes on");
      bystander.awaitData("goes on");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'publishRate':{'perRemote':'100'} | /limits/publishRate/perRemote: expected a rate",
        "'publishRate':{'perRemote':'0/s'} | /limits/publishRate/perRemote: expected a rate",
        "'publishRate':{'perRemote':'1.5/s'} | /limits/publishRate/perRemote: expected a rate",
        "'publishRate':{'perRemote':'1/d'} | /limits/publishRate/perRemote: expected a rate",
        "'publishRate':{'perAddress':'1000001/s'} | /limits/publishRate/perAddress: expected a",
        "'publishRate':{'perSubject':'1/s'} | /limits/publishRate/perSubject: has no effect here",
        "'publishRate':{'burst':'5s'} | /limits/publishRate/burst: has no effect here",
        "'publishRate':{'perRemote':'1/s','burst':'2d'} | /limits/publishRate/burst: expected at",
        "'subscribeRate':'many' | /limits/subscribeRate: expected a rate",
        "'authFailures':5 | /limits/authFailures: expected",
      })
  void whatIsNoRateIsAProblem(String limits, String problem) {
    assertThatThrownBy(() -> BridgeConfig.read(BridgeFixture.json("{'limits':{" + limits + "}}")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(problem);
  }

  private static SseProbe post(
      BridgeFixture bridge, String target, String body, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Type: text/plain");
    all.add("Content-Length: " + body.length());
    SseProbe posted = bridge.request("POST", target, all.toArray(String[]::new)).send(body);
    posted.status();
    return posted;
  }
}
