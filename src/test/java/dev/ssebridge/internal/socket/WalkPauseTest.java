package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Wire;
import dev.ssebridge.testing.Wires;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Where events come faster than a short walk over the subscribers takes, the next walk begins
 * later, so that more of them go in one write. All happens on one loop, in an order that does not
 * depend on how fast it is.
 */
@Wires({Wire.HTTP_1, Wire.TLS_HTTP_1, Wire.TLS_HTTP_1_OF_JDK})
@Tag("slow")
class WalkPauseTest {
  /** One more than a walk visits before it looks at the clock. */
  private static final int STREAMS = 17;

  /** A walk that takes so long lets others in before it ends, and is a short one all the same. */
  private static final long SHORT_NANOS = 400_000;

  /** Behind a walk that takes so long there is no pause. */
  private static final long LONG_NANOS = 2_000_000;

  /** More than an event needs from the event bus to the sockets. */
  private static final int TURNS = 10;

  private final List<Channel> channels = new CopyOnWriteArrayList<>();
  private final List<SseProbe> probes = new ArrayList<>();
  private final List<String> published = new ArrayList<>();
  private final AtomicInteger writes = new AtomicInteger();

  private Vertx vertx;
  private BridgeFixture bridge;
  private int round;
  private volatile Runnable onFirst = () -> {};
  private volatile Runnable onLast = () -> {};

  @BeforeEach
  void open() {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    bridge =
        WatchedStreams.bridge(
            vertx, "{'routes':{'n':{'path':'/n','address':'news','heartbeat':0}}}", this::watch);
    for (int i = 0; i < STREAMS; i++) {
      probes.add(bridge.open("/n"));
    }
    published.add("at first");
    vertx.runOnContext(v -> bridge.publish("news", "at first"));
    probes.forEach(probe -> probe.awaitData("at first"));
  }

  @AfterEach
  void close() {
    bridge.close();
    BridgeFixture.get(vertx.close());
  }

  /** The first stream of a walk, and the last one: in the order in which they were opened. */
  private void watch(Channel channel) {
    channels.add(channel);
    if (channels.size() == 1) {
      onFlush(
          channel,
          () -> {
            writes.incrementAndGet();
            onFirst.run();
          });
    } else if (channels.size() == STREAMS) {
      onFlush(channel, () -> onLast.run());
    }
  }

  private static void onFlush(Channel channel, Runnable task) {
    channel
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void flush(ChannelHandlerContext context) {
                task.run(); // before, so that who has read what is written finds it done
                context.flush();
              }
            });
  }

  /** An event is published while a walk is under way, and one more when it has just ended. */
  private int writesForThree(long nanosOfWalk) {
    String second = next();
    String third = next();
    onFirst =
        () -> {
          onFirst = () -> {};
          onLast =
              () -> {
                onLast = () -> {};
                inTurns(TURNS, () -> bridge.publish("news", third));
              };
          spin(nanosOfWalk);
          bridge.publish("news", second);
        };
    return writesUntil(second, third);
  }

  private int writesUntil(String second, String third) {
    String first = next();
    published.addAll(List.of(first, second, third));
    writes.set(0);
    // On the loop as all others: a message may be left to another thread that publishes just now.
    vertx.runOnContext(v -> bridge.publish("news", first));
    probes.forEach(probe -> probe.awaitData(third));
    return writes.get();
  }

  private String next() {
    return "m" + ++round;
  }

  private static void spin(long nanos) {
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < nanos) {
      Thread.onSpinWait();
    }
  }

  private void inTurns(int turns, Runnable task) {
    EventLoop loop = channels.get(0).eventLoop();
    if (turns == 0) {
      task.run();
    } else {
      loop.execute(() -> inTurns(turns - 1, task));
    }
  }

  private void assertAllHaveAll() {
    for (SseProbe probe : probes) {
      assertThat(probe.data()).isEqualTo(published);
    }
  }

  /** Where the machine is so slow that a short walk takes long, there is another try. */
  @Test
  void whatComesDuringAShortWalkGoesInOneWriteWithWhatComesJustAfterIt() {
    Deadline.await(() -> writesForThree(SHORT_NANOS) == 2, () -> "two events in one write");
    assertAllHaveAll();
  }

  @Test
  void behindALongWalkNothingIsKeptBack() {
    for (int i = 0; i < 10; i++) {
      assertThat(writesForThree(LONG_NANOS)).isEqualTo(3);
    }
    assertAllHaveAll();
  }

  /** Where the machine is so slow that a walk is still under way, there is another try. */
  @Test
  void whatComesWhenNoWalkIsUnderWayIsNotKeptBack() {
    Deadline.await(() -> writesForOneAfterAnother() == 3, () -> "each event in its own write");
    assertAllHaveAll();
  }

  private int writesForOneAfterAnother() {
    String second = next();
    String third = next();
    onFirst =
        () -> {
          onFirst = () -> {};
          inTurns(
              TURNS,
              () -> {
                bridge.publish("news", second);
                inTurns(TURNS, () -> bridge.publish("news", third));
              });
        };
    return writesUntil(second, third);
  }
}
