package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who has shown who he is, and what he may then. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class AccessTest {
  private static final String TOKENS =
      "'all':{'token':'all-all-all-all-all','subscribe':['rooms.*'],'publish':['rooms.*']},"
          + "'reader':{'token':'reader-reader-reader','subscribe':['rooms.a','m.1','m.3'],"
          + "'authorities':['staff']},"
          + "'nobody':{'token':'nobody-nobody-nobody','authorities':['staff']},"
          + "'boss':{'token':'boss-boss-boss-boss','authorities':['boss']}";
  private static final String CONFIG =
      "{'auth':{'cookie':'session','tokens':{"
          + TOKENS
          + ",'other':{'token':'other-other-other-other','subscribe':['rooms.*'],"
          + "'publish':['rooms.*']}},"
          + "'subscribe':{'staff':{'address':'rooms.staff','requiredAuthority':'staff'},"
          + "'boss':{'addressRegex':'rooms[.].*','requiredAuthority':'boss'}},"
          + "'publish':{'kind':{'address':'rooms.a','match':{'kind':'note','by':{'n':1}}}}},"
          + "'routes':{'r':{'path':'/rooms/:room','address':'rooms.{room}','auth':['all','reader','nobody','boss']},"
          + "'m':{'path':'/m','addresses':['m.1','m.2','m.3']},"
          + "'own':{'path':'/own','address':'own.{claim:sub}'},"
          + "'free':{'path':'/free','address':'free','auth':'none'}},"
          + "'publish':{'r':{'path':'/rooms/:room','address':'rooms.{room}','auth':['all','reader']},"
          + "'own':{'path':'/own','address':'own.{claim:sub}'},"
          + "'free':{'path':'/free','address':'free','auth':'none'}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/rooms/a | | 401",
        "/rooms/a | Bearer all-all-all-all-all | 200",
        "/rooms/a | bearer all-all-all-all-all | 200",
        "/rooms/a | Bearer all-all-all-all-alL | 401",
        "/rooms/a | Bearer all-all-all-all-all x | 401",
        "/rooms/a | Bearer | 400",
        "/rooms/a | all-all-all-all-all | 400",
        "/rooms/a | Basic YWxsOmFsbA== | 401",
        "/rooms/a | Bearer reader-reader-reader | 200",
        "/rooms/b | Bearer reader-reader-reader | 403",
        "/rooms/A | Bearer reader-reader-reader | 403",
        "/rooms/a%00 | Bearer all-all-all-all-all | 400",
        "/rooms/staff | Bearer reader-reader-reader | 200",
        "/rooms/b | Bearer nobody-nobody-nobody | 403",
        "/rooms/staff | Bearer nobody-nobody-nobody | 200",
        "/rooms/b | Bearer boss-boss-boss-boss | 200",
        "/rooms/staff | Bearer boss-boss-boss-boss | 403",
        "/rooms/b | Bearer other-other-other-other | 401",
        "/m | Bearer reader-reader-reader | 200",
        "/m | Bearer all-all-all-all-all | 403",
        "/m?address=m.1 | Bearer reader-reader-reader | 200",
        "/m?address=m.2 | Bearer reader-reader-reader | 403",
        "/m?address=m.1&address=m.2 | Bearer reader-reader-reader | 403",
        "/own | Bearer nobody-nobody-nobody | 200",
        "/own | | 401",
        "/free | | 200",
        "/free | Bearer nonsense-nonsense | 200"
      })
  void aStreamIsForWhoMayHaveIt(String target, String authorization, int status) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/free");
      SseProbe probe =
          authorization == null
              ? bridge.get(target)
              : bridge.get(target, "Authorization: " + authorization);
      assertThat(probe.status()).isEqualTo(status);
      bridge.publish("free", "on");
      bystander.awaitData("on");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/rooms/a | | text | 401",
        "/rooms/a | Bearer all-all-all-all-all | text | 202",
        "/rooms/a | Bearer reader-reader-reader | text | 403",
        "/rooms/a | Bearer reader-reader-reader | {\"kind\":\"note\",\"by\":{\"n\":1},\"more\":2} | 202",
        "/rooms/a | Bearer reader-reader-reader | {\"kind\":\"note\",\"by\":{\"n\":1.0}} | 202",
        "/rooms/a | Bearer reader-reader-reader | {\"kind\":\"note\",\"by\":{\"n\":2}} | 403",
        "/rooms/a | Bearer reader-reader-reader | {\"kind\":\"note\"} | 403",
        "/rooms/a | Bearer reader-reader-reader | [1] | 403",
        "/rooms/b | Bearer reader-reader-reader | {\"kind\":\"note\",\"by\":{\"n\":1}} | 403",
        "/own | Bearer nobody-nobody-nobody | text | 202",
        "/own | | text | 401",
        "/free | | text | 202"
      })
  void aMessageIsTakenFromWhoMaySendIt(
      String target, String authorization, String body, int status) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      String type =
          body.startsWith("{") || body.startsWith("[") ? "application/json" : "text/plain";
      SseProbe probe =
          bridge.request(
              "POST",
              target,
              "Content-Type: " + type,
              "Content-Length: " + body.length(),
              authorization == null ? "X: y" : "Authorization: " + authorization);
      probe.send(body);
      assertThat(probe.status()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "application/json | {\"type\":\"chat\"} | 202",
        "application/json | {\"type\":\"admin\"} | 403",
        "application/json | \"chat\" | 202",
        "application/json | \"{\\\"type\\\":\\\"admin\\\"}\" | 403",
        "application/json | \"{\\\"type\\\":\\\"chat\\\"}\" | 202",
        "text/plain | hello | 202",
        "text/plain | {\"type\":\"admin\"} | 403",
        "text/plain | {\"type\":\"chat\",\"type\":\"admin\"} | 403",
        "text/plain | {\"type\":\"admin\",\"n\":DIGITS} | 403",
        "text/plain | {\"type\":\"admin\",\"n\":NESTED} | 403",
        "text/plain | {\"type\":\"admin\" | 403",
        "text/plain | {\"type\":\"chat\"} | 202"
      })
  void whatARuleRefusesIsRefusedHoweverItIsWritten(String type, String body, int status) {
    String config =
        "{'auth':{'tokens':{'ada':{'token':'ada-ada-ada-ada-ada'}},'publish':{"
            + "'admin':{'match':{'type':'admin'},'requiredAuthority':'staff'},'all':{}}},"
            + "'publish':{'p':{'path':'/p','address':'p'}}}";
    String sent =
        body.replace("DIGITS", "1".repeat(1001))
            .replace("NESTED", "[".repeat(1100) + "]".repeat(1100));
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe probe =
          bridge.request(
              "POST",
              "/p",
              bearer("ada-ada-ada-ada-ada"),
              "Content-Type: " + type,
              "Content-Length: " + sent.length());
      probe.send(sent);
      assertThat(probe.status()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "text | \"Hello\" he said | 202",
        "buffer | \"Hello\" he said | 202",
        "text | \" | 202",
        "text | {\"type\":\"admin\"} | 403",
        "text | \"{\\\"type\\\":\\\"admin\\\"}\" | 403"
      })
  void textThatOnlyLooksLikeJsonIsText(String form, String body, int status) {
    String config =
        "{'auth':{'tokens':{'ada':{'token':'ada-ada-ada-ada-ada'}},'publish':{"
            + "'admin':{'match':{'type':'admin'},'requiredAuthority':'staff'},'all':{}}},"
            + "'publish':{'p':{'path':'/p','address':'p','body':'"
            + form
            + "'}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe probe =
          bridge.request(
              "POST",
              "/p",
              bearer("ada-ada-ada-ada-ada"),
              "Content-Type: text/plain",
              "Content-Length: " + body.length());
      probe.send(body);
      assertThat(probe.status()).isEqualTo(status);
    }
  }

  @Test
  void ofSeveralAddressesHeSeesThoseThatHeMay() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe reader = bridge.open("/m", bearer("reader-reader-reader"));
      bridge.publish("m.1", "one");
      bridge.publish("m.2", "two");
      bridge.publish("m.3", "three");
      reader.awaitData("three");
      assertThat(reader.data()).containsExactly("one", "three");
    }
  }

  @Test
  void eachHasAStreamOfHisOwn() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe all = bridge.open("/own", bearer("all-all-all-all-all"));
      SseProbe boss = bridge.open("/own", bearer("boss-boss-boss-boss"));
      bridge
          .request("POST", "/own", bearer("boss-boss-boss-boss"), "Content-Length: 4")
          .send("mine");
      boss.awaitData("mine");
      bridge.publish("own.all", "yours");
      all.awaitData("yours");
      assertThat(all.data()).containsExactly("yours");
    }
  }

  @Test
  void aRefusalSaysWhatIsMissing() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe none = bridge.get("/rooms/a").awaitEnd();
      assertThat(none.header("www-authenticate")).isEqualTo("Bearer realm=\"sse\"");
      assertThat(none.header("content-type")).isEqualTo("application/problem+json");
      assertThat(new JsonObject(none.body()).getInteger("status")).isEqualTo(401);
      SseProbe wrong = bridge.get("/rooms/a", bearer("wrong-wrong-wrong-wrong")).awaitEnd();
      assertThat(wrong.header("www-authenticate"))
          .isEqualTo("Bearer realm=\"sse\", error=\"invalid_token\"");
      assertThat(wrong.head() + wrong.body()).doesNotContain("wrong-wrong");
      SseProbe forbidden = bridge.get("/rooms/b", bearer("reader-reader-reader")).awaitEnd();
      assertThat(forbidden.header("www-authenticate"))
          .isEqualTo("Bearer realm=\"sse\", error=\"insufficient_scope\"");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Cookie: session=all-all-all-all-all | 200",
        "Cookie: a=b; session=all-all-all-all-all; c=d | 200",
        "Cookie: Session=all-all-all-all-all | 401",
        "Cookie: session=all-all-all-all-all; session=x | 400",
        "Cookie: session= | 400",
        "Cookie: session=all-all-all-all-all~Origin: https://evil.example | 403",
        "Cookie: session=all-all-all-all-all~Origin: null | 403",
        "Cookie: session=all-all-all-all-all~Sec-Fetch-Site: cross-site | 403",
        "Cookie: session=all-all-all-all-all~Sec-Fetch-Site: same-origin | 200",
        "Cookie: session=all-all-all-all-all~Origin: http://localhost | 200"
      })
  void aCookieCountsForOwnPagesOnly(String headers, int status) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      String[] lines = headers.split("~");
      assertThat(bridge.get("/rooms/a", lines).status()).isEqualTo(status);
    }
  }
}
