package dev.ssebridge.internal.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DropWarningsTest {
  private final Logger logger = Logger.getLogger(DropWarnings.class.getName());
  private final List<String> logged = new ArrayList<>();
  private final Handler recorder =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          logged.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private long now = 1;

  @BeforeEach
  void listen() {
    logger.addHandler(recorder);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void leave() {
    logger.removeHandler(recorder);
    logger.setUseParentHandlers(true);
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
    assertThat(logged).hasSize(2);
    assertThat(logged.get(0)).contains("number 0");
    assertThat(logged.get(1)).contains("100 times").contains("last");
  }
}
