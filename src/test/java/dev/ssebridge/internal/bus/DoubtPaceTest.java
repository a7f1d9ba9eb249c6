package dev.ssebridge.internal.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DoubtPaceTest {
  private final DoubtPace pace = new DoubtPace();

  @Test
  void theFirstIsToldAtOnce() {
    assertThat(pace.delay(-77)).isZero();
  }

  @Test
  void theSecondSoonAfterwardsAndALaterOneAtOnce() {
    pace.told(1000);

    assertThat(pace.delay(1000)).isEqualTo(DoubtPace.LEAST_MILLIS);
    assertThat(pace.delay(1500)).isEqualTo(DoubtPace.LEAST_MILLIS - 500);
    assertThat(pace.delay(1000 + DoubtPace.LEAST_MILLIS)).isZero();
  }

  @Test
  void whatGoesOnIsToldAtMostOnceAMinute() {
    int told = 0;
    long day = 24 * 3_600_000L;
    long next = 0;
    for (long now = 0; now < day; now += 100) { // ten doubts each second, the whole day
      if (now >= next && pace.delay(now) == 0) {
        pace.told(now);
        told++;
        next = now + pace.delay(now);
      }
    }

    assertThat(told).isBetween(1440, 1450);
  }

  @Test
  void afterACalmItIsToldAtOnceAgain() {
    long now = 0;
    for (int i = 0; i < 20; i++) {
      now += pace.delay(now);
      pace.told(now);
    }
    assertThat(pace.delay(now)).isEqualTo(DoubtPace.MOST_MILLIS);

    now += DoubtPace.CALM_MILLIS;
    assertThat(pace.delay(now)).isZero();
    pace.told(now);
    assertThat(pace.delay(now)).isEqualTo(DoubtPace.LEAST_MILLIS);
  }
}
