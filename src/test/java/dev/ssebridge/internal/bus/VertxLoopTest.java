package dev.ssebridge.internal.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VertxLoopTest {
  private static final int SLICES = 20;

  private final List<String> ran = new CopyOnWriteArrayList<>();
  private final CountDownLatch done = new CountDownLatch(1);

  /** Netty looks at timers where it looks at sockets: not between tasks that add each other. */
  @Test
  @SuppressWarnings("FutureReturnValueIgnored")
  void theSlicesOfALongWalkLetTheRestOfTheLoopHaveItsTurn() throws InterruptedException {
    Vertx vertx = Vertx.vertx();
    try {
      ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
      EventLoop eventLoop = context.nettyEventLoop();
      VertxLoop loop = new VertxLoop(eventLoop);
      loop.execute(
          () -> {
            slice(loop, SLICES);
            eventLoop.schedule(() -> ran.add("timer"), 0, TimeUnit.NANOSECONDS);
          });
      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(ran).containsSubsequence("slice", "timer", "slice");
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  private void slice(VertxLoop loop, int left) {
    ran.add("slice");
    if (left == 0) {
      done.countDown();
    } else {
      loop.executeAfterOthers(() -> slice(loop, left - 1));
    }
  }
}
