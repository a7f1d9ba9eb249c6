package dev.ssebridge.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Path parameters reach no address but those that their template describes. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class SeparatorsTest {
  private static final String CONFIG =
      "{'routes':{'topics':{'path':'/topics/:topic','address':'topics.{topic}','linger':0},"
          + "'secret':{'path':'/secret/:x','address':'topics.{x}.secret','linger':0},"
          + "'two':{'path':'/two/:a/:b','address':'two.{a}.{b}','linger':0},"
          + "'wide':{'path':'/wide/:x','address':'wide.{x*}','linger':0}},"
          + "'publish':{'topics':{'path':'/topics/:topic','address':'topics.{topic}'},"
          + "'two':{'path':'/two/:a/:b','address':'two.{a}.{b}'},"
          + "'wide':{'path':'/wide/:x','address':'wide.{x*}'}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @ParameterizedTest
  @CsvSource({
    "/topics/q.secret, topics.q.secret",
    "/topics/q%2esecret, topics.q.secret",
    "/topics/q%2Esecret, topics.q.secret",
    "/two/a.b/c, two.a.b.c",
    "/two/a/b.c, two.a.b.c",
    "/two/a%2Eb/c, two.a.b.c"
  })
  void whatHoldsASeparatorIsRefused(String target, String reached) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/secret/q");
      for (String method : new String[] {"GET", "HEAD", "POST"}) {
        SseProbe asked = bridge.request(method, target, "Content-Length: 0").awaitEnd();
        assertThat(asked.status()).as(method).isEqualTo(400);
        if (!method.equals("HEAD")) {
          assertThat(asked.body()).contains("expected no . in :", "*}");
        }
      }
      assertThat(bridge.hub().consumedAddresses()).isEqualTo(1);
      bridge.publish("topics.q.secret", "the end");
      bystander.awaitData("the end");
      assertThat(bystander.data()).containsExactly("the end");
      assertThat(reached).isNotEmpty();
    }
  }

  @Test
  void aStarPermitsThem() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe stream = bridge.open("/wide/a.b.c");
      SseProbe posted = bridge.request("POST", "/wide/a%2Eb.c", "Content-Length: 1").send("x");
      assertThat(posted.awaitEnd().status()).isEqualTo(202);
      stream.awaitData("x");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"%00", "a%0Ab", "%0d", "%1b[31m", "%7F", "%C2%85", "%C2%9B"})
  void controlCharactersAreRefused(String value) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/topics/a");
      for (String method : new String[] {"GET", "HEAD", "POST"}) {
        SseProbe asked = bridge.request(method, "/topics/" + value, "Content-Length: 0").awaitEnd();
        assertThat(asked.status()).as(method).isEqualTo(400);
      }
      bridge.publish("topics.a", "the end");
      bystander.awaitData("the end");
    }
  }
}
