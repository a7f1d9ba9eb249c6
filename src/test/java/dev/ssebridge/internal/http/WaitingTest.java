package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.fanout.GapReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What waits for a loop that is busy is bounded, and nothing of it is lost unsaid. */
@ExtendWith(VertxExtension.class)
class WaitingTest {
  private static final int MESSAGES = 20_000;
  private static final int LIMIT = 400;
  private static final String CONFIG =
      "{'limits':{'waiting':{'events':%d}},'routes':{'n':{'path':'/n','address':'n','history':{'events':100000}},'bystander':{'path':'/b','address':'b'}},"
          + "'publish':{'n':{'path':'/n','address':'n','maxBody':'1MiB'}}}";

  @Test
  void whatTheBusBringsTooFastIsDroppedOldestFirstAndToldWithItsNumber(Vertx vertx)
      throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG.formatted(LIMIT))) {
      SseProbe probe = bridge.open("/n");
      SseProbe bystander = bridge.open("/b");
      bridge.publish("n", "before");
      String id = String.valueOf(probe.awaitData("before").id());
      CountDownLatch busy = occupy(bridge);
      bridge.publishNumbers("n", 1, MESSAGES);
      busy.countDown();
      probe.awaitData("m" + MESSAGES);

      JsonObject gap = probe.awaitJson("sse.gap");
      int missed = gap.getInteger("missed");
      assertThat(gap.getString("reason")).isEqualTo("dropped");
      assertThat(gap.getString("from")).isEqualTo(id);
      assertThat(missed).isBetween(MESSAGES - LIMIT, MESSAGES - 10);
      assertThat(probe.events()).hasSize(1 + 1 + MESSAGES - missed);
      assertThat(SseProbe.sequenceOf(probe.lastEventId())).isEqualTo(1 + MESSAGES);
      assertThat(bridge.route("n").counters().missed(GapReason.DROPPED)).isEqualTo(missed);
      assertThat(bridge.hub().warnings().total()).isEqualTo(missed);

      // Whoever comes back finds it in the same place.
      SseProbe late = bridge.get("/n", "Last-Event-ID: " + id);
      assertThat(late.awaitJson("sse.gap")).isEqualTo(gap);
      assertThat(late.awaitEvents(1 + MESSAGES - missed)).hasSize(1 + MESSAGES - missed);
      bridge.publish("b", "goes on");
      bystander.awaitData("goes on");
    }
  }

  @Test
  void publishersOfSingleMessagesWaitForTheirAnswerAndNothingIsLost(Vertx vertx) throws Exception {
    int posts = 600;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG.formatted(LIMIT))) {
      SseProbe probe = bridge.open("/n");
      CountDownLatch busy = occupy(bridge);
      List<SseProbe> publishers = new ArrayList<>();
      for (int i = 0; i < posts; i++) {
        publishers.add(post(bridge, "text/plain", "m" + i));
      }
      // However long one waits: no more are answered than half of what may wait.
      for (int i = 0; i < 20; i++) {
        bridge.publish("b", "look " + i);
        assertThat(publishers.stream().filter(SseProbe::isComplete)).hasSizeLessThan(LIMIT);
      }
      busy.countDown();
      for (SseProbe publisher : publishers) {
        assertThat(publisher.awaitEnd().status()).isEqualTo(202);
      }
      assertThat(probe.awaitEvents(posts)).hasSize(posts);
      assertThat(bridge.hub().warnings().total()).isZero();
    }
  }

  @Test
  void aBodyOfVeryManyMessagesIsTakenAsFastAsTheyAreAppended(Vertx vertx) throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG.formatted(20 * LIMIT))) {
      SseProbe probe = bridge.open("/n");
      CountDownLatch busy = occupy(bridge);
      List<SseProbe> publishers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        publishers.add(post(bridge, "application/x-ndjson", "1\n".repeat(MESSAGES / 10)));
      }
      busy.countDown();
      for (SseProbe publisher : publishers) {
        assertThat(publisher.awaitEnd().body()).isEqualTo("{\"published\":" + MESSAGES / 10 + "}");
      }
      assertThat(probe.awaitEvents(MESSAGES)).hasSize(MESSAGES);
      assertThat(bridge.route("n").counters().missed(GapReason.DROPPED)).isZero();
    }
  }

  private static SseProbe post(BridgeFixture bridge, String type, String body) {
    return bridge
        .request("POST", "/n", "Content-Type: " + type, "Content-Length: " + body.length())
        .send(body);
  }

  /** Keeps the loop busy that writes the channel, until the latch is counted down. */
  private static CountDownLatch occupy(BridgeFixture bridge) throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    bridge
        .hub()
        .fence("n")
        .accept(
            () -> {
              begun.countDown();
              try {
                busy.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    begun.await();
    return busy;
  }
}
