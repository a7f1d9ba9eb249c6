package dev.ssebridge.internal.fanout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.Position;
import dev.ssebridge.internal.log.Retention;
import dev.ssebridge.spi.GapReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StartTest {
  private final EventLog log = new EventLog("e", new Retention(10, 1000, 1000), LogShape.PLAIN);

  @BeforeEach
  void twentyEventsOfWhichTenAreRetained() {
    byte[] frame = "x".getBytes(US_ASCII);
    for (int i = 1; i <= 20; i++) {
      log.append(i, 0, null, frame, 0, 1);
    }
  }

  @Test
  void withoutAWishItBeginsWithTheNextEvent() {
    assertThat(at(new Start.Now())).isEqualTo(new Start(log, 20, null, Start.Outcome.FRESH));
  }

  @Test
  void earliestIsTheOldestThatIsRetained() {
    assertThat(at(new Start.Earliest()).cursor()).isEqualTo(10);
  }

  @Test
  void lastIsAtMostWhatIsRetained() {
    assertThat(at(new Start.Last(3)).cursor()).isEqualTo(17);
    assertThat(at(new Start.Last(0)).cursor()).isEqualTo(20);
    assertThat(at(new Start.Last(1000)).cursor()).isEqualTo(10);
    assertThat(at(new Start.Last(Long.MAX_VALUE)).cursor()).isEqualTo(10);
  }

  @Test
  void sinceIsTheFirstOfThatTimeOrLater() {
    assertThat(at(new Start.Since(15)).cursor()).isEqualTo(14);
    assertThat(at(new Start.Since(0)).cursor()).isEqualTo(10);
    assertThat(at(new Start.Since(99)).cursor()).isEqualTo(20);
  }

  @Test
  void anIdThatIsRetainedOrJustBeforeIsResumedExactly() {
    assertThat(at(new Start.After("e-20"))).isEqualTo(complete(20));
    assertThat(at(new Start.After("e-15"))).isEqualTo(complete(15));
    assertThat(at(new Start.After("e-10"))).isEqualTo(complete(10));
  }

  @Test
  void anOlderIdIsAGapOfExactlySoMany() {
    assertThat(at(new Start.After("e-9")))
        .isEqualTo(gap("e-9", 1L, GapReason.EVICTED, 10, Start.Outcome.GAP));
    assertThat(at(new Start.After("e-0")))
        .isEqualTo(gap("e-0", 10L, GapReason.EVICTED, 10, Start.Outcome.GAP));
  }

  @Test
  void whereAnUnknownNumberMayBeMissingTheGapHasNone() {
    log.lose(21, 1, GapReason.UNKNOWN); // as 21
    for (int i = 22; i <= 40; i++) {
      log.append(i, 0, null, new byte[] {'x'}, 0, 1);
    }

    assertThat(at(new Start.After("e-20")))
        .isEqualTo(gap("e-20", null, GapReason.EVICTED, 30, Start.Outcome.GAP));
    assertThat(at(new Start.After("e-21")))
        .isEqualTo(gap("e-21", 9L, GapReason.EVICTED, 30, Start.Outcome.GAP));
  }

  @Test
  void whereItIsForgottenWhatWasLostTheGapHasNoNumberRatherThanAWrongOne() {
    log.lose(21, 1, GapReason.UNKNOWN);
    for (int i = 0; i < 70; i++) {
      log.lose(22, 2, GapReason.STORE);
    }

    assertThat(at(new Start.After("e-20")).gap())
        .isEqualTo(new Gap("e-20", new Position("e", 151), null, GapReason.EVICTED));
    assertThat(at(new Start.After("e-21")).gap())
        .isEqualTo(new Gap("e-21", new Position("e", 151), 130L, GapReason.EVICTED));
  }

  @Test
  void anIdOfAnotherEpochBeginsAnewWithWhatThereIs() {
    assertThat(at(new Start.After("old-20")))
        .isEqualTo(gap("old-20", null, GapReason.EPOCH, 10, Start.Outcome.RESET));
  }

  @Test
  void anIdOfAnotherChannelIsUnknown() {
    assertThat(at(new Start.After("other-20")))
        .isEqualTo(gap("other-20", null, GapReason.UNKNOWN, 10, Start.Outcome.RESET));
  }

  @Test
  void anIdFromTheFutureIsUnknownAndMissesNothing() {
    assertThat(at(new Start.After("e-21")))
        .isEqualTo(gap("e-21", 0L, GapReason.UNKNOWN, 20, Start.Outcome.RESET));
  }

  @Test
  void anIdOfNoFormOfOursIsUnknown() {
    for (String id : new String[] {"x", "e-", "-1", "e-1x", "e-01", "e-1-", "ä-1", "e-9e9"}) {
      assertThat(at(new Start.After(id)))
          .isEqualTo(gap(id, null, GapReason.UNKNOWN, 10, Start.Outcome.RESET));
    }
  }

  private Start at(Start.From from) {
    return Start.at(
        from, log, log.oldest(), GapReason.EVICTED, epoch -> epoch.equals("other"), false);
  }

  private Start complete(long cursor) {
    return new Start(log, cursor, null, Start.Outcome.COMPLETE);
  }

  private Start gap(
      String id, @Nullable Long missed, GapReason reason, long cursor, Start.Outcome outcome) {
    return new Start(log, cursor, new Gap(id, new Position("e", cursor), missed, reason), outcome);
  }
}
