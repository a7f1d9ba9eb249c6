package dev.ssebridge.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "999, 999 ms",
    "1000, 1 s",
    "3449, 3.4 s",
    "20000, 20 s",
    "119900, 119.9 s",
    "120000, 2 min",
    "700000, 11 min 40 s",
    "3600000, 60 min",
  })
  void aTimeIsSaidAsPeopleSayIt(long millis, String text) {
    assertThat(TimeText.ofMillis(millis)).isEqualTo(text);
  }
}
