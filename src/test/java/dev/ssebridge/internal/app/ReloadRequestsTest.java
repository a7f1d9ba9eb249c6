package dev.ssebridge.internal.app;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** However often a reload is asked for, one runs and one waits. */
class ReloadRequestsTest {
  private final ReloadRequests requests = new ReloadRequests();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final Semaphore permits = new Semaphore(0);

  private JsonObject reload() {
    int number = begun.incrementAndGet();
    permits.acquireUninterruptibly();
    ended.incrementAndGet();
    return new JsonObject().put("number", number);
  }

  @Test
  void whoeverAsksIsToldWhatTheNextOneSaysAndNotTheOneThatRuns() throws Exception {
    requests.begin(this::reload);
    CompletableFuture<JsonObject> first = requests.ask();
    Deadline.await(() -> begun.get() == 1, () -> "a reload");
    CompletableFuture<JsonObject> second = requests.ask();
    CompletableFuture<JsonObject> third = requests.ask();
    permits.release(2);

    assertThat(first.get(20, SECONDS).getInteger("number")).isEqualTo(1);
    assertThat(second.get(20, SECONDS).getInteger("number")).isEqualTo(2);
    assertThat(third.get(20, SECONDS)).isSameAs(second.get());
    requests.close(Duration.ofSeconds(20));
    assertThat(requests.ask()).isCompletedExceptionally();
  }

  @Test
  void whoeverWaitsForOneThatDoesNotComeIsTold() {
    CompletableFuture<JsonObject> asked = requests.ask(); // during the start

    requests.close(Duration.ofSeconds(20));

    assertThat(asked).isCompletedExceptionally();
  }

  @Test
  void whatIsAskedForDuringTheStartRunsOnceBehindIt() {
    requests.request();
    requests.request();
    permits.release(2);
    requests.begin(this::reload);

    Deadline.await(() -> ended.get() == 1, () -> "a reload");
    requests.close(Duration.ofSeconds(20));
    assertThat(begun).hasValue(1);
  }

  @Test
  void manyRequestsDuringAReloadAreOneMore() {
    requests.begin(this::reload);
    requests.request();
    Deadline.await(() -> begun.get() == 1, () -> "a reload");
    for (int i = 0; i < 100; i++) {
      requests.request();
    }
    assertThat(begun).hasValue(1);
    permits.release(3);

    Deadline.await(() -> ended.get() == 2, () -> "one more");
    requests.close(Duration.ofSeconds(20));
    assertThat(begun).hasValue(2);
  }

  @Test
  void nothingRunsAfterTheEndWhichWaitsForTheOneThatRuns() {
    requests.begin(this::reload);
    requests.request();
    Deadline.await(() -> begun.get() == 1, () -> "a reload");
    requests.request();
    permits.release(2);
    requests.close(Duration.ofSeconds(20));
    requests.request();

    assertThat(ended.get()).isEqualTo(begun.get());
  }

  @Test
  void theEndDoesNotWaitForever() {
    requests.begin(this::reload);
    requests.request();
    Deadline.await(() -> begun.get() == 1, () -> "a reload");

    requests.close(Duration.ofMillis(10));

    assertThat(ended).hasValue(0);
    permits.release();
  }

  @Test
  void oneThatFailsIsLoggedAndTheNextRuns() {
    try (LogRecorder log = LogRecorder.of(ReloadRequests.class)) {
      requests.begin(
          () -> {
            if (begun.incrementAndGet() == 1) {
              throw new IllegalStateException("by the test");
            }
            ended.incrementAndGet();
            return new JsonObject();
          });
      requests.request();
      Deadline.await(() -> !log.messages().isEmpty(), () -> "a line");
      requests.request();

      Deadline.await(() -> ended.get() == 1, () -> "the next");
    }
  }
}
