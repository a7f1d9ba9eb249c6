package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class WarmUpTest {
  private static final long PATIENCE_SECONDS = 20;

  @Test
  void messagesArePublishedOneByOneAndTogether(Vertx vertx) throws Exception {
    CountDownLatch eachBurstAndOneMore = new CountDownLatch(1 + 1 + 1 + 8 + 1 + 1 + 1 + 64 + 1);
    vertx.eventBus().consumer("warm.up", message -> eachBurstAndOneMore.countDown());
    WarmUp traffic = new WarmUp(Duration.ofHours(1));

    get(vertx.deployVerticle(traffic));

    assertThat(eachBurstAndOneMore.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(traffic.over().isComplete()).isFalse();
  }

  @Test
  void itIsOverWhenItsTimeIs(Vertx vertx) throws Exception {
    WarmUp traffic = new WarmUp(Duration.ofMillis(50));

    get(vertx.deployVerticle(traffic).compose(id -> traffic.over()));
  }

  @Test
  void itIsOverWhenItsServerGoesAway(Vertx vertx) throws Exception {
    WarmUp traffic = new WarmUp(Duration.ofHours(1));

    get(vertx.deployVerticle(traffic).compose(vertx::undeploy));

    get(traffic.over().otherwiseEmpty()); // its connection ended in good order, or was reset
  }

  private static void get(Future<?> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
