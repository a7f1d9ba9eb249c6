package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.spi.GapReason;
import dev.ssebridge.testing.BridgeServer;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.MemoryProbe;
import dev.ssebridge.testing.RunningAccount;
import dev.ssebridge.testing.StreamAccount;
import dev.ssebridge.testing.StreamReader;
import dev.ssebridge.testing.StreamReaders;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A tenth of the subscribers stop reading while 1 KiB messages flow: memory stays that of the log
 * and a constant per subscriber, the others miss nothing, and those who read on are told exactly
 * what they missed.
 */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_PUBLIC})
@Wires
@Tag("slow")
class ManySubscribersTest {
  private static final int SMALL = 16 * 1024;
  private static final int BURST = 10;

  /** How far the slowest of those who read may fall behind: the machine has two cores. */
  private static final int WINDOW = 200;

  /** Sockets of stalled readers hold a batch and what is below Netty's mark, and that is all. */
  private static final long BYTES_PER_STALLED = 192 * 1024;

  private static final long SLACK = 16 << 20;

  @Test
  void thoseWhoStopReadingNeitherDelayTheOthersNorGrowMemory(Vertx vertx) {
    prove(vertx, 60, Duration.ofMillis(300), 100);
  }

  @Tag("heavy")
  @Test
  void aThousandSubscribersOfWhichAHundredStopReading(Vertx vertx) {
    prove(vertx, 1000, Duration.ofSeconds(10), 2000);
  }

  private static void prove(Vertx vertx, int subscribers, Duration duration, int history) {
    String config =
        "{'http':{'drain':0},'routes':{'n':{'path':'/n','address':'news',"
            + "'stalled':'5m','history':{'events':%d,'bytes':'4MiB'}}}}";
    try (BridgeServer server =
            BridgeServer.start(
                vertx, config.formatted(history), BridgeServer.sendBuffer(SMALL), 2);
        StreamReaders readers = new StreamReaders(SMALL)) {
      new Proof(server, readers, subscribers, history).run(duration);
    }
  }

  private static final class Proof {
    private final BridgeServer server;
    private final StreamReaders readers;
    private final List<StreamReader> fast = new ArrayList<>();
    private final List<StreamReader> stalled = new ArrayList<>();
    private final String pad = "x".repeat(1000);
    private final int history;
    private long published;

    Proof(BridgeServer server, StreamReaders readers, int subscribers, int history) {
      this.history = history;
      this.server = server;
      this.readers = readers;
      for (int i = 0; i < subscribers; i++) {
        StreamReader reader =
            readers.reader(server.port(), "/n", new RunningAccount(sequence -> true));
        (i % 10 == 0 ? stalled : fast).add(reader.open());
      }
    }

    void run(Duration duration) {
      fast.forEach(this::awaitOpen);
      stalled.forEach(this::awaitOpen);
      publish(BURST);
      fast.forEach(reader -> awaitAt(reader, published));
      stalled.forEach(StreamReader::stop);
      publishUntilTheLogIsFull();
      MemoryProbe before = MemoryProbe.measure();
      long first = published;

      long end = System.nanoTime() + duration.toNanos();
      while (System.nanoTime() < end) {
        publish(BURST);
        LockSupport.parkNanos(5_000_000);
        fast.forEach(reader -> awaitAt(reader, published - WINDOW));
      }
      fast.forEach(reader -> awaitAt(reader, published));
      MemoryProbe after = MemoryProbe.measure();
      System.out.printf(
          "%s: %d subscribers, %d stalled, %d messages a second: %s, then %s%n",
          Way.current(),
          fast.size() + stalled.size(),
          stalled.size(),
          (published - first) * 1_000_000_000L / duration.toNanos(),
          before,
          after);

      for (StreamReader reader : fast) {
        assertThat(reader.account().check())
            .isEqualTo(new StreamAccount(0, published, published, 0, 0));
      }
      long bound = SLACK + stalled.size() * BYTES_PER_STALLED;
      assertThat(after.heap() - before.heap()).as("growth of the heap").isLessThan(SLACK);
      assertThat(after.direct()).as("direct memory").isLessThan(before.direct() + bound);
      readOn();
    }

    /** Those who had stopped. */
    private void readOn() {
      stalled.forEach(StreamReader::goOn);
      long missed = 0;
      for (StreamReader reader : stalled) {
        awaitAt(reader, published);
        StreamAccount account = reader.account().check();
        assertThat(account.from()).isZero();
        assertThat(account.to()).isEqualTo(published);
        assertThat(account.missed()).isPositive();
        assertThat(account.delivered()).isGreaterThan(history);
        missed += account.missed();
      }
      assertThat(server.route("n").counters().missed(GapReason.SLOW)).isEqualTo(missed);
      readers.check();
    }

    private void publishUntilTheLogIsFull() {
      while (published < history + 1200) {
        publish(BURST);
        fast.forEach(reader -> awaitAt(reader, published - WINDOW));
      }
      fast.forEach(reader -> awaitAt(reader, published));
    }

    private void publish(int count) {
      for (int i = 0; i < count; i++) {
        published++;
        server.publish("news", "{\"n\":" + published + ",\"pad\":\"" + pad + "\"}");
      }
    }

    private void awaitOpen(StreamReader reader) {
      Deadline.await(() -> reader.account().isOpen(), () -> "the opening block");
    }

    private void awaitAt(StreamReader reader, long sequence) {
      if (reader.account().at() < sequence) {
        Deadline.await(
            () -> reader.account().at() >= sequence,
            () -> "event " + sequence + ": " + reader.account());
      }
    }
  }
}
