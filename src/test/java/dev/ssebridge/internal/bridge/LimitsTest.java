package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is over a limit is refused, so that an EventSource comes back and others know when to. */
@ExtendWith(VertxExtension.class)
@Ways
class LimitsTest {
  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limits.subscribers:                |"
            + " {'limits':{'subscribers':2,'subscribersPerRemote':2},'routes':{'n':{'path':'/n','address':'n'}}}",
        "limits.subscribersPerRemote:       |"
            + " {'limits':{'subscribersPerRemote':2},'routes':{'n':{'path':'/n','address':'n'}}}",
        "route's limits.subscribers:        |"
            + " {'routes':{'n':{'path':'/n','address':'n','limits':{'subscribers':2}}}}",
        "limits.subscribersPerChannel:      |"
            + " {'routes':{'n':{'path':'/n','address':'n','limits':{'subscribersPerChannel':2}}}}",
      })
  void oneSubscriberTooManyIsRefusedUntilAnotherLeaves(String limit, String config) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config.replace("''", "'"))) {
      SseProbe first = bridge.open("/n");
      bridge.open("/n");

      assertRefused(bridge, "/n", limit);
      assertThat(bridge.channels().openStreams()).isEqualTo(2);
      assertThat(bridge.route("n").openStreams()).isEqualTo(2);

      first.reset();
      bridge.awaitStreams(1);
      bridge.open("/n");
      assertRefused(bridge, "/n", limit);
    }
  }

  @Test
  void theLimitOfAChannelLeavesTheOthersAlone() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'t':{'path':'/t/:x','address':'t.{x}','linger':0,'history':{'events':0},"
                + "'limits':{'subscribersPerChannel':1,'subscribers':3}}}}")) {
      bridge.open("/t/a");
      assertRefused(bridge, "/t/a", "subscribersPerChannel");
      bridge.open("/t/b");
      bridge.open("/t/c");
      assertRefused(bridge, "/t/d", "route's limits.subscribers");
    }
  }

  @Test
  void aParameterThatIsTooLongIsRefused() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'t':{'path':'/t/:x','address':'t.{x}','linger':0,'limits':{'parameter':5}}}}")) {
      bridge.open("/t/12345");
      bridge.open("/t/%C3%A9%C3%A9345");
      assertRefusedForGood(
          bridge, "/t/123456", "expected at most 5 characters (limits.parameter) for :x, got 6");
    }
  }

  @Test
  void pickingTooManyAddressesIsRefused() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'m':{'path':'/m','addresses':['a','b','c'],'limits':{'addresses':2}}}}")) {
      bridge.open("/m?address=a&address=b&address=a");
      bridge.open("/m");
      assertRefusedForGood(
          bridge,
          "/m?address=a&address=b&address=c",
          "expected at most 2 (limits.addresses), got 3");
    }
  }

  @Test
  void allHistoriesTogetherKeepTheirLimitAndWhatGivesWayIsTold() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'limits':{'retained':'64KiB'},"
                + "'routes':{'t':{'path':'/t/:x','address':'t.{x}','linger':0}}}")) {
      String first = "";
      for (int channel = 0; channel < 8; channel++) {
        SseProbe probe = bridge.open("/t/" + channel);
        for (int i = 0; i < 16; i++) {
          bridge.publish("t." + channel, "x".repeat(1000));
          probe.awaitEvents(i + 1);
        }
        if (channel == 0) {
          first = String.valueOf(probe.events().get(0).id());
        }
      }
      dev.ssebridge.testing.Deadline.await(
          () -> bridge.channels().retainedBytes() <= 64 * 1024,
          () -> "64 KiB, there are " + bridge.channels().retainedBytes());
      dev.ssebridge.testing.Deadline.await(
          () -> bridge.bridge().stats().getLong("shedBytes") >= 8 * 16 * 1000L - 64 * 1024,
          () -> "what gave way counted");
      assertThat(bridge.bridge().stats().getLong("shedBytes")).isLessThanOrEqualTo(8 * 16 * 1500L);

      SseProbe late = bridge.get("/t/0", "Last-Event-ID: " + first);
      JsonObject gap = late.awaitJson("sse.gap");
      assertThat(gap.getString("reason")).isEqualTo("evicted");
      assertThat(gap.getInteger("missed")).isEqualTo(15);
      SseProbe newest = bridge.get("/t/7?from=earliest");
      assertThat(newest.awaitEvents(16)).hasSize(16);
    }
  }

  /** An EventSource as well: the same request never gets another answer. */
  private static void assertRefusedForGood(BridgeFixture bridge, String target, String reason) {
    for (String accept : List.of("text/event-stream", "*/*")) {
      SseProbe answer = bridge.request("GET", target, "Accept: " + accept).awaitEnd();
      assertThat(answer.status()).as(accept).isEqualTo(400);
      assertThat(answer.header("retry-after")).isEmpty();
      assertThat(answer.body()).contains(reason);
    }
  }

  private static void assertRefused(BridgeFixture bridge, String target, String reason) {
    SseProbe browser = bridge.get(target);
    assertThat(browser.awaitEnd().status()).isEqualTo(200);
    assertThat(browser.header("content-type")).isEqualTo("text/event-stream");
    assertThat(browser.awaitComment(reason)).isNotEmpty();
    assertThat(browser.retry()).isBetween(1000L, 60_000L);
    assertThat(browser.awaitJson("sse.refused").getString("reason")).contains(reason);
    assertThat(browser.events()).hasSize(1);

    SseProbe other = bridge.request("GET", target, "Accept: */*");
    assertThat(other.status()).isEqualTo(503);
    assertThat(Integer.parseInt(other.header("retry-after"))).isBetween(1, 60);
    assertThat(other.header("content-type")).isEqualTo("application/problem+json");
    JsonObject problem = new JsonObject(other.awaitEnd().body());
    assertThat(problem.getInteger("status")).isEqualTo(503);
    assertThat(problem.getString("detail")).contains(reason);
  }
}
