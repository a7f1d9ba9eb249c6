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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When a right ends, what was opened by it does, and nothing else. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class TokenEndTest {
  private static final String SECRET = "a-secret-of-more-than-32-characters";
  private static final String CONFIG = config("'warning':'1d',");

  /** So much too early something may be looked at that has a time. */
  private static final long TICK_MILLIS = 200;

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static String config(String more) {
    return "{'auth':{'cookie':'session','revocations':'gone',"
        + more
        + "'jwt':{'users':{'secret':'"
        + SECRET
        + "','leeway':0}}},'routes':{'t':{'path':'/t/:topic','address':'t.{topic}'}}}";
  }

  private static String bearer(String subject, long millis) {
    return "Authorization: Bearer " + token(subject, System.currentTimeMillis() + millis);
  }

  /** One that ends at a time, in milliseconds since 1970. */
  private static String token(String subject, long end) {
    JsonObject claims =
        new JsonObject()
            .put("sub", subject)
            .put("iat", System.currentTimeMillis() / 1000.0 - 10)
            .put("exp", end / 1000.0)
            .put("sse", new JsonObject().put("subscribe", new JsonArray().add("t.*")));
    JsonObject header = new JsonObject().put("alg", "HS256");
    return TestKey.hmac(SECRET.getBytes(UTF_8), "HS256", header, claims);
  }

  /** A stream whose token ends soon, in a second if the machine is quick enough for that. */
  private static SseProbe openBriefly(BridgeFixture bridge) {
    SseProbe stream = bridge.get("/t/a", bearer("ada", 1000));
    for (long life = 2000; stream.status() == 401; life *= 2) {
      stream = bridge.get("/t/a", bearer("ada", life));
    }
    stream.awaitOpen();
    return stream;
  }

  @Test
  void aStreamIsToldBeforeItsTokenEndsAndEndsWithIt() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe other = bridge.open("/t/a", bearer("other", 600_000));
      SseProbe stream = openBriefly(bridge);
      assertThat(stream.awaitJson("sse.auth").getString("expires")).endsWith("Z");
      stream.awaitEnd();
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.UNAUTHORIZED);
      bridge.publish("t.a", "on");
      other.awaitData("on");
    }
  }

  @Test
  void aStreamIsToldHalfAMinuteBeforeUnlessThatIsSwitchedOff() {
    try (BridgeFixture usual = BridgeFixture.deploy(vertx, config(""))) {
      SseProbe untold = usual.open("/t/a", bearer("ada", 600_000));
      long end = System.currentTimeMillis() + 31_000;
      SseProbe told = usual.open("/t/a", "Authorization: Bearer " + token("ada", end));
      assertThat(told.awaitJson("sse.auth").getString("expires"))
          .isEqualTo(Instant.ofEpochMilli(end).toString());
      long left = end - System.currentTimeMillis();
      assertThat(left).isLessThan(30_000 + TICK_MILLIS);
      SseProbe brief = usual.open("/t/a", bearer("ada", 20_000));
      brief.awaitJson("sse.auth");

      usual.publish("t.a", "on");
      told.awaitData("on");
      untold.awaitData("on");
      assertThat(told.events()).hasSize(2);
      assertThat(untold.events()).hasSize(1);
    }
    try (BridgeFixture off = BridgeFixture.deploy(vertx, config("'warning':0,"))) {
      SseProbe silent = openBriefly(off);
      silent.awaitEnd();
      assertThat(silent.events()).isEmpty();
      assertThat(off.awaitEnds(1)).containsExactly(CloseReason.UNAUTHORIZED);
    }
  }

  @Test
  void aBrowserThatComesBackWithACookieThatHasJustEndedKeepsItsPlace() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(""))) {
      SseProbe bystander = bridge.open("/t/a", bearer("bob", 600_000));
      String over = "Cookie: session=" + token("ada", System.currentTimeMillis() - 1000);
      String ended = "Cookie: session=" + token("ada", System.currentTimeMillis() - 301_000);
      String id = "Last-Event-ID: " + bystander.awaitOpen();
      SseProbe back = bridge.get("/t/a", over, id).awaitEnd();
      assertThat(back.status()).isEqualTo(200);
      assertThat(back.awaitJson("sse.refused").getString("reason")).contains("has expired");
      assertThat(back.retry()).isPositive();
      assertThat(back.lastEventId()).isEmpty();

      assertThat(bridge.get("/t/a", over).status()).as("new").isEqualTo(401);
      assertThat(bridge.get("/t/a", ended, id).status()).as("old").isEqualTo(401);
      assertThat(bridge.request("GET", "/t/a", over, id).status())
          .as("no EventSource")
          .isEqualTo(401);
      String shown = over.replace("Cookie: session=", "Authorization: Bearer ");
      assertThat(bridge.get("/t/a", shown, id).status()).as("shown").isEqualTo(401);
      String wrong = over.substring(0, over.length() - 4) + "AAAA";
      assertThat(bridge.get("/t/a", wrong, id).status()).as("wrong").isEqualTo(401);

      bridge.publish("t.a", "missed");
      String renewed = "Cookie: session=" + token("ada", System.currentTimeMillis() + 600_000);
      bridge.get("/t/a", renewed, id).awaitData("missed");
      bystander.awaitData("missed");
    }
  }

  @Test
  void whoseCookieHasJustEndedIsToldSoAlsoWhereAnotherProviderIsAskedAfterwards() {
    String two =
        config("")
            .replace(
                "'jwt':{",
                "'jwt':{'others':{'secret':'another-secret-of-more-than-32-letters','leeway':0},");
    String three =
        two.replace(
            "'jwt':{", "'forward':{'last':{'url':'http://127.0.0.1:1/','timeout':'1s'}},'jwt':{");
    for (String each : new String[] {two, three}) {
      try (BridgeFixture bridge = BridgeFixture.deploy(vertx, each)) {
        String id = "Last-Event-ID: " + bridge.open("/t/a", bearer("bob", 600_000)).awaitOpen();
        String over = "Cookie: session=" + token("ada", System.currentTimeMillis() - 1000);
        SseProbe back = bridge.get("/t/a", over, id).awaitEnd();
        assertThat(back.status()).as(each).isEqualTo(200);
        back.awaitJson("sse.refused");
      }
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

  @Test
  void whatHasJustEndedIsNoGuess() {
    String config = "{'limits':{'authFailures':'5/m'}," + config("").substring(1);
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      String over = "Authorization: Bearer " + token("ada", System.currentTimeMillis() - 1000);
      for (int i = 0; i < 20; i++) {
        assertThat(bridge.get("/t/a", over).status()).isEqualTo(401);
      }
      bridge.open("/t/a", bearer("bob", 600_000));
    }
  }
}
