package dev.ssebridge.internal.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SlowPolicy;
import org.junit.jupiter.api.Test;

/** The memory of batches goes back to the pool, on routes without any deadline as well. */
class BatchCacheTest {
  private final FanoutFixture bus =
      new FanoutFixture(FanoutFixture.LARGE, FanoutFixture.policy(SlowPolicy.GAP, LagLimits.NONE));

  @Test
  void aBatchIsKeptForATickAndNoLonger() {
    FanoutFixture.Client client = bus.connect(new Start.Now());
    bus.publish("a");
    bus.loop.runAll();
    Batch batch = client.sink.batches().get(0);
    assertThat(references(batch)).isEqualTo(1);

    bus.loop.advance(2 * DeadlineWheel.TICK_MILLIS);
    assertThat(references(batch)).isZero();
    assertThat(bus.loop.timers()).isZero();

    bus.publish("b");
    bus.loop.runAll();
    bus.loop.advance(2 * DeadlineWheel.TICK_MILLIS);
    assertThat(references(client.sink.batches().get(1))).isZero();
  }

  @Test
  void theLastSubscriberTakesTheBatchesWithIt() {
    FanoutFixture.Client first = bus.connect(new Start.Now());
    FanoutFixture.Client last = bus.connect(new Start.Now());
    bus.publish("a");
    bus.loop.runAll();
    first.subscriber().gone();
    last.subscriber().gone();
    assertThat(references(last.sink.batches().get(0))).isZero();
  }

  private static int references(Batch batch) {
    return batch.framed(memory -> memory).refCnt();
  }
}
