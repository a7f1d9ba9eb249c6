package dev.ssebridge.internal.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.LogRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DropWarningsTest {
  private final LogRecorder log = LogRecorder.of(DropWarnings.class);
  private long now = 1;

  @AfterEach
  void leave() {
    log.close();
  }

  @Test
  void exceptionsWithChangingTextsAreOneSubject() {
    DropWarnings warnings = new DropWarnings(() -> now);
    for (int i = 0; i < 100; i++) {
      warnings.dropped("address a: failed", new IllegalStateException("number " + i));
    }
    now += DropWarnings.INTERVAL_MILLIS;
    warnings.dropped("address a: failed", new IllegalStateException("last"));

    assertThat(warnings.total()).isEqualTo(101);
    assertThat(log.messages()).hasSize(2);
    assertThat(log.messages().get(0)).contains("number 0");
    assertThat(log.messages().get(1)).contains("100 times").contains("last");
  }
}
