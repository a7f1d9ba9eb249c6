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

  @Test
  void fiftyThousandSubjectsAreAFewLinesAndEachDropIsTold() {
    now = 1_000_000;
    DropWarnings warnings = new DropWarnings(() -> now);
    int subjects = 50_000;
    for (int i = 0; i < subjects; i++) {
      warnings.dropped("address " + i + ": dropped", 2);
    }
    assertThat(log.messages()).hasSize(DropWarnings.MOST_LINES);
    now += DropWarnings.INTERVAL_MILLIS;
    warnings.dropped("address x: dropped");

    assertThat(warnings.total()).isEqualTo(2 * subjects + 1);
    assertThat(log.messages()).hasSize(DropWarnings.MOST_LINES + 2);
    assertThat(log.messages().get(DropWarnings.MOST_LINES))
        .startsWith(2 * (subjects - DropWarnings.MOST_LINES) + " more were dropped");
    assertThat(log.messages().get(DropWarnings.MOST_LINES + 1)).isEqualTo("address x: dropped");
  }
}
