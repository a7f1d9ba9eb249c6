package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.LogRecorder;
import org.junit.jupiter.api.Test;

class WarningsTest {
  private final ManualLoop loop = new ManualLoop();
  private final Warnings warnings = new Warnings("s", loop, Warnings.SELDOM);

  @Test
  void whatComesAndGoesEachSecondIsToldLessAndLessWithTheNumberOfThoseLeftOut() {
    try (LogRecorder log = LogRecorder.of(Warnings.class)) {
      comeAndGo(3600);
      assertThat(log.messages())
          .hasSizeBetween(10, 16)
          .startsWith("source s: down", "source s: down", "source s: down (and 1 warnings before)");
    }
  }

  @Test
  void afterAQuietTimeTheNextIsToldAtOnceAndTheOneAfterASecond() {
    comeAndGo(600);
    loop.pass(2 * Warnings.SELDOM);
    try (LogRecorder log = LogRecorder.of(Warnings.class)) {
      comeAndGo(2);
      assertThat(log.messages()).hasSize(2);
    }
  }

  @Test
  void whatLastsIsToldOnce() {
    try (LogRecorder log = LogRecorder.of(Warnings.class)) {
      for (int i = 0; i < 599; i++) {
        warnings.warn("down");
        loop.pass(1000);
      }
      assertThat(log.messages()).hasSize(1);
    }
  }

  private void comeAndGo(int seconds) {
    for (int i = 0; i < seconds; i++) {
      warnings.warn("down");
      warnings.reset();
      loop.pass(1000);
    }
  }
}
