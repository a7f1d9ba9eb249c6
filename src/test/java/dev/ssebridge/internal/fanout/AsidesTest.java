package dev.ssebridge.internal.fanout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SlowPolicy;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.Retention;
import dev.ssebridge.spi.CloseReason;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events for one subscriber alone, between those of its channel. */
class AsidesTest {
  private static final StreamPolicy PLAIN = FanoutFixture.policy(SlowPolicy.GAP, LagLimits.NONE);

  private static Subscriber.Aside send(FanoutFixture.Client client, String data) {
    return client.subscriber().send(("data: " + data + "\n\n").getBytes(US_ASCII));
  }

  @Test
  void oneThatIsBehindGetsItBehindWhatWasPublishedBefore() {
    BitSet even = new BitSet();
    even.set(0);
    for (EventFilter filter : List.of(EventFilter.ALL, EventFilter.of(even))) {
      FanoutFixture bus =
          new FanoutFixture(FanoutFixture.LARGE, PLAIN, new LogShape(2, false), "epoch0", 1);
      FanoutFixture.Client client = bus.connect(new Start.Now(), filter, Long.MAX_VALUE, 0);
      client.sink.takeOnly(0);
      bus.publish(0, null, "m1");
      bus.publish(1, null, "other");
      bus.loop.runAll();
      assertThat(send(client, "own1")).isEqualTo(Subscriber.Aside.TAKEN);
      bus.publish(0, null, "m2");
      assertThat(send(client, "own2")).isEqualTo(Subscriber.Aside.TAKEN);
      bus.publish(0, null, "m3");
      bus.loop.runAll();
      assertThat(client.data()).isEmpty();

      client.drain();
      bus.loop.runAll();
      assertThat(client.data().stream().filter(data -> !data.equals("other")))
          .containsExactly("m1", "own1", "m2", "own2", "m3");
      assertThat(client.sink.lastEventId()).isEqualTo("epoch0-4");
      assertThat(client.subscriber().account().isBalanced()).isTrue();
    }
  }

  @Test
  void oneThatIsConflatedGetsItAtItsPlace() {
    FanoutFixture bus =
        new FanoutFixture(
            FanoutFixture.LARGE,
            FanoutFixture.policy(
                SlowPolicy.CONFLATE, new LagLimits(2, Long.MAX_VALUE, Long.MAX_VALUE)),
            new LogShape(1, true),
            "epoch0",
            1);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    for (int i = 1; i <= 10; i++) {
      bus.publish(0, "key", "m" + i);
      bus.loop.runAll();
    }
    send(client, "own");
    bus.publish(0, "other", "last");
    client.drain();
    bus.loop.runAll();

    assertThat(client.sink.events().stream().filter(e -> !"sse.gap".equals(e.type())))
        .extracting(event -> event.data())
        .containsExactly("m10", "own", "last");
    assertThat(client.subscriber().account().isBalanced()).isTrue();
  }

  @Test
  void noGapLeavesItOut() {
    FanoutFixture bus = new FanoutFixture(new Retention(10, 1 << 20, 1_000_000), PLAIN);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    bus.publish("m1");
    bus.loop.runAll();
    send(client, "own");
    for (int i = 2; i <= 10_000; i++) {
      bus.publish("m" + i);
    }
    bus.loop.runAll();
    client.drain();
    bus.loop.runAll();

    assertThat(client.sink.events()).anyMatch(event -> "sse.gap".equals(event.type()));
    assertThat(client.data()).containsOnlyOnce("own").contains("m10000").doesNotContain("m2");
    assertThat(client.subscriber().account().isBalanced()).isTrue();
  }

  @Test
  void noMoreWaitThanTheLimit() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    for (int i = 0; i < Asides.MOST; i++) {
      assertThat(send(client, "own" + i)).isEqualTo(Subscriber.Aside.TAKEN);
    }
    assertThat(send(client, "more")).isEqualTo(Subscriber.Aside.TOO_MANY);
    client.drain();
    assertThat(client.data()).hasSize(Asides.MOST);

    client.sink.takeOnly(0);
    assertThat(send(client, "x".repeat(2 * Asides.MOST_BYTES))).isEqualTo(Subscriber.Aside.TAKEN);
    assertThat(send(client, "x")).isEqualTo(Subscriber.Aside.TOO_MANY);
    client.drain();
    assertThat(send(client, "y")).isEqualTo(Subscriber.Aside.TAKEN);
    assertThat(client.data()).hasSize(Asides.MOST + 2);
  }

  @Test
  void oneThatWaitsAloneIsWrittenWhenThereIsRoom() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    send(client, "own");
    assertThat(client.data()).isEmpty();
    client.drain();
    assertThat(client.data()).containsExactly("own");
  }

  @Test
  void whatHasEndedTakesNone() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    send(client, "own");
    client.subscriber().finish(CloseReason.DRAINED, null);
    assertThat(send(client, "late")).isEqualTo(Subscriber.Aside.ENDED);
    client.drain();
    assertThat(client.data()).as("before the end").containsExactly("own");
    assertThat(client.closed).containsExactly(CloseReason.DRAINED);
    assertThat(send(client, "later")).isEqualTo(Subscriber.Aside.ENDED);
  }
}
