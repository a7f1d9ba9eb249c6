package dev.ssebridge.internal.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SlowPolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class HeartbeatTest {
  private static final StreamPolicy EVERY_SECOND =
      new StreamPolicy(1000, 0, "sse.gap", LagLimits.NONE, SlowPolicy.GAP, 10);

  @Test
  void isSentOnlyWhereNothingWasWrittenInTheInterval() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, EVERY_SECOND);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    for (int i = 0; i < 50; i++) {
      bus.loop.advance(200);
      bus.publish("m" + i);
      bus.loop.runAll();
    }
    assertThat(client.sink.comments()).isEmpty();

    bus.loop.advance(1000 - 1);
    assertThat(client.sink.comments()).isEmpty();
    bus.loop.advance(1 + 250 + 2 * DeadlineWheel.TICK_MILLIS);
    assertThat(client.sink.comments()).hasSize(1);
  }

  @Test
  void isNotSentToWhoeverIsFull() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, EVERY_SECOND);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    bus.loop.advance(5000);
    assertThat(client.sink.comments()).isEmpty();
  }

  @Test
  void isNeverSentWhenItIsOff() {
    FanoutFixture bus =
        new FanoutFixture(
            FanoutFixture.LARGE, FanoutFixture.policy(SlowPolicy.GAP, LagLimits.NONE));
    FanoutFixture.Client client = bus.connect(new Start.Now());
    bus.loop.advance(100_000);
    assertThat(client.sink.comments()).isEmpty();
    assertThat(bus.loop.timers()).isZero();
  }

  @Test
  void fiftyThousandIdleSubscribersMakeNoBurst() {
    StreamPolicy policy = new StreamPolicy(15_000, 0, "g", LagLimits.NONE, SlowPolicy.GAP, 10);
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, policy);
    List<FanoutFixture.Client> clients = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      clients.add(bus.connect(new Start.Now()));
    }
    assertThat(bus.loop.timers()).as("one timer for all").isEqualTo(1);
    long before = 0;
    long most = 0;
    for (int tick = 0; tick < 45_000 / 50; tick++) {
      bus.loop.advance(50);
      long sum = clients.stream().mapToLong(c -> c.sink.comments().size()).sum();
      most = Math.max(most, sum - before);
      before = sum;
    }
    assertThat(before).isBetween(2L * 50_000, 3L * 50_000);
    assertThat(most).as("in one tick of 50 ms").isLessThan(50_000 / 50);
  }
}
