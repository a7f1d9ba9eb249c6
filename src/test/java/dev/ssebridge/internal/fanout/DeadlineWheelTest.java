package dev.ssebridge.internal.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineWheelTest {
  private final ManualLoop loop = new ManualLoop();
  private final FanoutLoop fanout = new FanoutLoop(loop, new SplittableRandom(1));
  private final List<Long> times = new ArrayList<>();
  private final Deadline deadline =
      new Deadline() {
        @Override
        protected void due(long now) {
          times.add(now);
        }
      };

  @ParameterizedTest
  @ValueSource(longs = {1, 49, 1000, DeadlineWheel.HORIZON_MILLIS, 120_000, 3_600_000})
  void aDeadlineIsDueOnceAtItsTimeHoweverFarAway(long millis) {
    long begin = loop.millis();
    fanout.scheduleIn(deadline, millis);
    advance(millis + 2 * DeadlineWheel.TICK_MILLIS);

    assertThat(times).hasSize(1);
    assertThat(times.get(0) - begin)
        .isBetween(millis - DeadlineWheel.TICK_MILLIS, millis + DeadlineWheel.TICK_MILLIS);
    assertThat(loop.timers()).isZero();
  }

  @Test
  void aDeadlineThatIsCancelledIsNeverDue() {
    fanout.scheduleIn(deadline, 120_000);
    advance(100_000);
    fanout.cancel(deadline);
    advance(100_000);

    assertThat(times).isEmpty();
    assertThat(loop.timers()).isZero();
  }

  private void advance(long millis) {
    loop.advance(millis);
    loop.runAll();
  }
}
