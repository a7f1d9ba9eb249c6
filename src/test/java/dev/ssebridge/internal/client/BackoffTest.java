package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long the waits are. */
class BackoffTest {

  private static long[] delays(Backoff backoff) {
    return IntStream.range(0, 8).mapToLong(failures -> backoff.delay(failures, 0)).toArray();
  }

  @Test
  void client11DoublesFromTheConfiguredTimeToTheMaximum() {
    assertThat(delays(new Backoff(1000, 30_000, 0, () -> 1)))
        .containsExactly(1000, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000);
  }

  @Test
  void client11AShortTimeDoublesFromATenthOfASecond() {
    assertThat(delays(new Backoff(0, 1000, 0, () -> 1)))
        .containsExactly(10, 10, 100, 200, 400, 800, 1000, 1000);
    assertThat(delays(new Backoff(70, 50, 0, () -> 1))).containsOnly(70);
    assertThat(delays(new Backoff(10, 30, 0, () -> 1)))
        .containsExactly(10, 10, 30, 30, 30, 30, 30, 30);
  }

  @Test
  void client11TheServersRetryTakesThePlaceOfTheConfiguredTime() {
    Backoff backoff = new Backoff(1000, 10_000, 0, () -> 1);
    backoff.serverRetry(3000);
    assertThat(delays(backoff))
        .containsExactly(3000, 3000, 6000, 10_000, 10_000, 10_000, 10_000, 10_000);
    backoff.serverRetry(60_000);
    assertThat(delays(backoff)).containsOnly(60_000);
  }

  @Test
  void client11RetryIsKeptWithinTenMillisecondsAndADay() {
    Backoff backoff = new Backoff(1000, 10_000, 0, () -> 1);
    backoff.serverRetry(0);
    assertThat(backoff.reconnectionTime()).isEqualTo(10);
    backoff.serverRetry(Long.MAX_VALUE);
    assertThat(backoff.reconnectionTime()).isEqualTo(86_400_000);
    assertThat(backoff.delay(1000, Long.MAX_VALUE)).isEqualTo(86_400_000);
  }

  @Test
  void retryIsKeptWithinWhatIsConfigured() {
    Backoff backoff = new Backoff(70, 10_000, new Backoff.ServerRange(500, 3000), 0, () -> 1);
    assertThat(backoff.reconnectionTime()).isEqualTo(70);
    backoff.serverRetry(0);
    assertThat(backoff.reconnectionTime()).isEqualTo(500);
    backoff.serverRetry(600);
    assertThat(backoff.reconnectionTime()).isEqualTo(600);
    backoff.serverRetry(Long.MAX_VALUE);
    assertThat(backoff.reconnectionTime()).isEqualTo(3000);
    Backoff widest =
        new Backoff(70, 10_000, new Backoff.ServerRange(0, Long.MAX_VALUE), 0, () -> 1);
    widest.serverRetry(0);
    assertThat(widest.reconnectionTime()).isEqualTo(10);
    widest.serverRetry(Long.MAX_VALUE);
    assertThat(widest.reconnectionTime()).isEqualTo(86_400_000);
  }

  @Test
  void client11ChanceOnlyMakesWaitsLonger() {
    Random random = new Random(42);
    for (int i = 0; i < 10_000; i++) {
      long configured = random.nextInt(5000);
      long floor = random.nextBoolean() ? 0 : random.nextInt(60_000);
      int failures = random.nextInt(100);
      Backoff exact = new Backoff(configured, 30_000, 0, () -> 1);
      Backoff jittered = new Backoff(configured, 30_000, 0.5, random::nextDouble);
      long shortest = exact.delay(failures, floor);
      assertThat(shortest).isGreaterThanOrEqualTo(Math.max(10, floor));
      assertThat(jittered.delay(failures, floor))
          .isBetween(shortest, Math.max(30_000, shortest + shortest / 2));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5 | 5000",
        " 0 | 0",
        "007 | 7000",
        "99999999999999999999 | 86400000",
        "9223372036854775808 | 86400000",
        "00000000000000000005 | 5000",
        "100000000 | 86400000",
        "-5 | 0",
        "+5 | 0",
        "1.5 | 0",
        "5 s | 0",
        "'' | 0",
        "soon | 0",
        "Tue, 24 Nov 2026 12:00:07 GMT | 7000",
        "Tue, 24 Nov 2026 11:00:00 GMT | 0",
        "Mon, 24 Nov 2036 11:00:00 GMT | 86400000",
        "Tuesday, 24-Nov-26 12:00:07 GMT | 7000",
        "Tue Nov 24 12:00:07 2026 | 7000",
        "Wed Dec  2 12:00:07 2026 | 86400000",
        "Xxx, 99 Nov 2026 12:00:07 GMT | 0"
      })
  void client07RetryAfterIsSecondsOrADateAndAnythingElseIsIgnored(String value, long millis) {
    assertThat(RetryAfter.millis(value, Instant.parse("2026-11-24T12:00:00Z"))).isEqualTo(millis);
  }
}
