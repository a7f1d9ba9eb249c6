package dev.ssebridge.internal.door;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.BridgeHealth;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.testing.BridgeFixture;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a bridge says that it is. */
class BridgeHealthTest {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));

  @AfterEach
  void close() {
    BridgeFixture.get(vertx.close());
  }

  private SseBridge bridge() {
    return SseBridge.create(
        vertx, new SseBridgeOptions().addRoute("n", new RouteOptions("/n", "n")));
  }

  @Test
  void itIsReadyFromMountingOnUntilItIsClosed() {
    SseBridge bridge = bridge();
    BridgeHealth before = BridgeFixture.get(bridge.health());
    assertThat(before.isLive()).isTrue();
    assertThat(before.isReady()).isFalse();
    assertThat(before.toJson().encode()).contains("not mounted");
    BridgeFixture.get(bridge.mount(Router.router(vertx)));
    BridgeHealth mounted = BridgeFixture.get(bridge.health());
    assertThat(mounted.isReady()).as("%s", mounted).isTrue();
    assertThat(mounted.parts())
        .extracting(BridgeHealth.Part::name)
        .containsExactly(BridgeHealth.LOOPS, BridgeHealth.ROUTES, BridgeHealth.SOURCES);
    BridgeFixture.get(bridge.close());
    BridgeHealth closed = BridgeFixture.get(bridge.health());
    assertThat(closed.isLive()).isTrue();
    assertThat(closed.isReady()).isFalse();
  }

  @Test
  void itIsNotLiveWhileALoopDoesNotAnswer() {
    EmbeddedBridge bridge = (EmbeddedBridge) bridge();
    BridgeFixture.get(bridge.mount(Router.router(vertx)));
    Map<EventLoop, CountDownLatch> loops = new HashMap<>();
    while (loops.size() < 2) {
      ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
      EventLoop loop = context.nettyEventLoop();
      if (!loops.containsKey(loop)) {
        CountDownLatch release = new CountDownLatch(1);
        loops.put(loop, release);
        // Whichever of them the bridge works on, the other one tells the time.
        Future<BridgeHealth> asked = blocked(context, release, bridge);
        BridgeHealth found = BridgeFixture.get(asked);
        release.countDown();
        if (!found.isLive()) {
          assertThat(found.toJson().encode()).contains("has not answered within 100 ms");
          assertThat(BridgeFixture.get(bridge.health()).isLive()).isTrue();
          return;
        }
      }
    }
    throw new AssertionError("the bridge works on no loop");
  }

  /** Asks from the other loop. */
  private Future<BridgeHealth> blocked(
      ContextInternal context, CountDownLatch release, EmbeddedBridge bridge) {
    ContextInternal other = ((VertxInternal) vertx).createEventLoopContext();
    while (other.nettyEventLoop() == context.nettyEventLoop()) {
      other = ((VertxInternal) vertx).createEventLoopContext();
    }
    context.runOnContext(v -> await(release));
    ContextInternal asking = other;
    return Future.future(
        done ->
            asking.runOnContext(
                v -> bridge.health(Duration.ofMillis(100), false).onComplete(done)));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
