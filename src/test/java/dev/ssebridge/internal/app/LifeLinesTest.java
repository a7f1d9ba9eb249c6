package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the log says while streams end. */
@Tag("slow")
class LifeLinesTest {
  private final LifeLines life = LifeLines.starting(ConfigFile.parse("b.json", "{}"), "nio", 1);

  @Test
  void itIsToldHowManyStreamsAreLeftUntilAllHaveEnded() throws Exception {
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      Promise<Void> ended = Promise.promise();
      Thread other =
          new Thread(
              () -> {
                Deadline.await(() -> log.messages().size() >= 3, () -> "progress");
                ended.complete();
              });
      other.start();
      life.drain(
          ended.future(),
          Duration.ofSeconds(5),
          Deadline.PATIENCE,
          () -> ended.future().isComplete() ? 0 : 3);
      other.join();
      assertThat(log.messages())
          .startsWith(
              "draining: 3 streams, over 5 s",
              "draining: 3 of 3 streams left",
              "draining: 3 of 3 streams left");
    }
  }

  @Test
  void whatDoesNotEndIsNotWaitedForLongerThanTheLimit() {
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      Promise<Void> never = Promise.promise();
      assertThatThrownBy(
              () -> life.drain(never.future(), Duration.ZERO, Duration.ofMillis(1), () -> 1))
          .isInstanceOf(TimeoutException.class);
      assertThat(log.messages()).containsExactly("draining: 1 stream, over 0 ms");
    }
  }
}
