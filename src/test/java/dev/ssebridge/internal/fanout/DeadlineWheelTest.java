package dev.ssebridge.internal.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
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

  /** Deadlines that are moved, cancelled and scheduled anew, also from within one that is due. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void ofManyDeadlinesEachIsDueAtItsLastTime(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Timed> all = Stream.generate(Timed::new).limit(1000).toList();
    for (int step = 0; step < 200; step++) {
      for (int i = 0; i < 50; i++) {
        Timed one = all.get(random.nextInt(all.size()));
        if (random.nextInt(4) == 0) {
          fanout.cancel(one);
          one.wanted = Long.MAX_VALUE;
        } else {
          one.scheduleIn(random.nextLong(1, 90_000));
        }
        one.again = random.nextBoolean() ? random.nextLong(1, 90_000) : 0;
      }
      advance(random.nextLong(1, 2_000));
      assertThat(all).noneMatch(one -> one.wanted < loop.millis() - 2 * DeadlineWheel.TICK_MILLIS);
    }
    advance(200_000);
    assertThat(all).allMatch(one -> one.wanted == Long.MAX_VALUE);
    assertThat(loop.timers()).isZero();
  }

  /** Checks that it is due when it was last wanted. */
  private final class Timed extends Deadline {
    private long wanted = Long.MAX_VALUE;
    private long again;

    void scheduleIn(long millis) {
      wanted = loop.millis() + millis;
      fanout.scheduleIn(this, millis);
    }

    @Override
    protected void due(long now) {
      assertThat(now)
          .isBetween(wanted - DeadlineWheel.TICK_MILLIS, wanted + 2 * DeadlineWheel.TICK_MILLIS);
      wanted = Long.MAX_VALUE;
      if (again > 0) {
        scheduleIn(again);
        again = 0;
      }
    }
  }

  private void advance(long millis) {
    loop.advance(millis);
    loop.runAll();
  }
}
