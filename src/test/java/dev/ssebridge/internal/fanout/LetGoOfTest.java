package dev.ssebridge.internal.fanout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SlowPolicy;
import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.Evictions;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.SlackBudget;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is kept behind a log has less than was known when somebody began to read it. */
class LetGoOfTest {
  private static EventLog log(long first, long last) {
    EventLog log =
        new EventLog(
            "kept",
            first - 1,
            FanoutFixture.LARGE,
            LogShape.PLAIN,
            new SlackBudget(EventLog.SLACK_BYTES),
            Evictions.UNCOUNTED);
    for (long sequence = first; sequence <= last; sequence++) {
      byte[] frame = ("id: kept-" + sequence + "\ndata: e" + sequence + "\n\n").getBytes(US_ASCII);
      log.append(0, 0, null, null, frame, 0, frame.length);
    }
    return log;
  }

  /** Says that all is there, and has only these. */
  private static Older having(List<EventLog> stretches) {
    return new Older() {
      @Override
      public long oldest() {
        return 1;
      }

      @Override
      public void read(long from, Consumer<@Nullable EventLog> then) {
        then.accept(
            stretches.stream()
                .filter(each -> from <= each.head())
                .findFirst()
                .orElse(stretches.get(stretches.size() - 1)));
      }
    };
  }

  private static FanoutFixture.Client resumed(SlowPolicy policy, EventLog... stretches) {
    FanoutFixture bus =
        new FanoutFixture(FanoutFixture.LARGE, FanoutFixture.policy(policy, LagLimits.NONE));
    bus.channel.restart(log(91, 100), having(List.of(stretches)));
    FanoutFixture.Client client = bus.connect(new Start.After("kept-10"));
    bus.loop.runAll();
    return client;
  }

  private static String gap(int from, int to) {
    return String.format(
        "{\"from\":\"kept-%d\",\"to\":\"kept-%d\",\"missed\":%d,\"reason\":\"evicted\"}",
        from, to, to - from);
  }

  @ParameterizedTest
  @EnumSource(SlowPolicy.class)
  void whoComesForItIsToldAtOnceThatItIsNoLongerKeptAndGetsTheRest(SlowPolicy policy) {
    FanoutFixture.Client client = resumed(policy, log(51, 90));

    assertThat(client.closed).isEmpty();
    assertThat(client.data()).hasSize(51).startsWith(gap(10, 50), "e51").endsWith("e99", "e100");
    assertThat(client.subscriber().account().missed()).isEqualTo(40);
  }

  @ParameterizedTest
  @EnumSource(SlowPolicy.class)
  void aHoleInTheMiddleIsToldWhereItIs(SlowPolicy policy) {
    FanoutFixture.Client client = resumed(policy, log(11, 20), log(41, 90));

    assertThat(client.data())
        .hasSize(71)
        .startsWith("e11")
        .containsSequence("e20", gap(20, 40), "e41")
        .endsWith("e100");
  }

  @ParameterizedTest
  @EnumSource(SlowPolicy.class)
  void whatTheLogHasIsReadThereEvenIfNothingElseIsKept(SlowPolicy policy) {
    FanoutFixture.Client client = resumed(policy, log(101, 100));

    assertThat(client.data()).hasSize(11).startsWith(gap(10, 90), "e91").endsWith("e100");
  }
}
