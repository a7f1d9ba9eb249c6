package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.subscribe.Lags.Lag;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LagsTest {
  @Test
  void noStreamIsNotBehind() {
    assertThat(Lag.of()).isEqualTo(new Lag(0, 0, 0, 0));
  }

  @Test
  void oneStreamIsAllOfThem() {
    assertThat(Lag.of(7)).isEqualTo(new Lag(1, 7, 7, 7));
  }

  @Test
  void theMiddleOfTwoIsTheFirst() {
    assertThat(Lag.of(1, 9)).isEqualTo(new Lag(2, 1, 9, 9));
  }

  @Test
  void soManyOfAHundredAreNoMoreBehind() {
    assertThat(Lag.of(LongStream.rangeClosed(1, 100).toArray()))
        .isEqualTo(new Lag(100, 50, 99, 100));
    assertThat(Lag.of(LongStream.rangeClosed(1, 1000).toArray()))
        .isEqualTo(new Lag(1000, 500, 990, 1000));
  }
}
