package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The ids of messages are part of what {@code limits.retained} bounds. */
@ExtendWith(VertxExtension.class)
class MessageIdsInMemoryTest {
  private static final String CONFIG =
      "{'limits':{'retained':'1MiB'},'routes':{'t':{'path':'/t','address':'t',"
          + "'history':{'events':1000000,'age':'1h'}},'u':{'path':'/u','address':'u'}}}";

  @Test
  void manyLongIdsOfShortMessagesStayWithinTheLimit(Vertx vertx) throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      int most = 0;
      for (int i = 0; i < 20_000; i++) {
        DeliveryOptions named =
            new DeliveryOptions().addHeader(SseHeaders.MESSAGE_ID, i + "x".repeat(240));
        vertx.eventBus().publish(i % 2 == 0 ? "t" : "u", "m", named);
        if (i % 1000 == 999) {
          BridgeFixture.get(bridge.channels().appended());
          most = Math.max(most, (int) bridge.channels().retainedBytes());
        }
      }
      // Two loops that append in the same moment may each have the last event that fits.
      assertThat(most).isLessThanOrEqualTo((1 << 20) + 1024).isGreaterThan(1024 * 240);
    }
  }

  @Test
  void whatIsForgottenWithTheHistoryIsTakenOnceMore(Vertx vertx) throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      DeliveryOptions named = new DeliveryOptions().addHeader(SseHeaders.MESSAGE_ID, "one");
      vertx.eventBus().publish("t", "first", named);
      bridge.awaitHead("t", 1);
      for (int i = 0; i < 3000; i++) {
        bridge.publish("u", "x".repeat(1000));
      }
      Deadline.await(() -> bridge.channels().shedBytes() > 0, () -> "the idlest to give way");
      vertx.eventBus().publish("t", "again", named);
      bridge.awaitHead("t", 2);
    }
  }
}
