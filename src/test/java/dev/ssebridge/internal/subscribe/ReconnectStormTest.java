package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.BridgeServer;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LoopProbe;
import dev.ssebridge.testing.RunningAccount;
import dev.ssebridge.testing.StreamAccount;
import dev.ssebridge.testing.StreamReader;
import dev.ssebridge.testing.StreamReaders;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * All clients are cut off at once and come back: all resume, and no event loop is held for long.
 */
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_PUBLIC})
@Wires
@Tag("slow")
class ReconnectStormTest {
  private static final int LOOPS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * What a loop may use of the CPU between two turns of a task, when nothing is compiled afresh any
   * more. Netty hands over all sockets that are ready, hundreds in a storm, before it runs a task,
   * so this bounds the sum of many short goes; it was 200 ms while the slices of a walk came one
   * behind the other.
   */
  private static final long MOST_MICROS = 100_000;

  @Test
  void clientsThatAreCutOffAtOnceAllResume() {
    prove(new VertxOptions(), 300, 300);
  }

  @Tag("heavy")
  @Test
  void fiveThousandClientsThatAreCutOffAtOnceAllResumeAndHoldNoLoop() {
    VertxOptions options =
        new VertxOptions()
            .setBlockedThreadCheckInterval(5)
            .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
            .setMaxEventLoopExecuteTime(20)
            .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS);
    prove(options, 5000, 3000);
  }

  private static void prove(VertxOptions options, int clients, int retryMillis) {
    Vertx vertx = Vertx.vertx(options.setEventLoopPoolSize(LOOPS));
    String config = "{'http':{'drain':0},'routes':{'n':{'path':'/n','address':'news','retry':%d}}}";
    try (BridgeServer server =
            BridgeServer.start(
                vertx, config.formatted(retryMillis), BridgeServer.sendBuffer(64 * 1024), LOOPS);
        StreamReaders readers = new StreamReaders(0);
        LoopProbe probe = LoopProbe.of(vertx, LOOPS)) {
      Storm storm = new Storm(server, readers, probe);
      storm.connect(clients);
      storm.strike(retryMillis);
      storm.strike(retryMillis);
      assertThat(probe.longestMicros()).as("µs of CPU between two turns").isLessThan(MOST_MICROS);
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  private static final class Storm {
    private final BridgeServer server;
    private final StreamReaders readers;
    private final LoopProbe probe;
    private final List<StreamReader> clients = new ArrayList<>();
    private long published;

    Storm(BridgeServer server, StreamReaders readers, LoopProbe probe) {
      this.server = server;
      this.readers = readers;
      this.probe = probe;
    }

    void connect(int count) {
      for (int i = 0; i < count; i++) {
        clients.add(readers.reader(server.port(), "/n", new RunningAccount(s -> true)).open());
      }
      clients.forEach(
          c -> Deadline.await(PATIENCE, () -> c.account().isOpen(), () -> "the opening block"));
      publish(20);
      awaitAll();
    }

    /** Cuts all off, and lets them come back in a random order within their reconnection time. */
    void strike(int retryMillis) {
      probe.reset();
      readers.cut(clients);
      Deadline.await(() -> server.openStreams() == 0, () -> "the end of all streams");
      long heldByEnds = probe.longestMicros();
      probe.reset();
      publish(100);
      Collections.shuffle(clients, new Random(clients.size()));
      long begin = System.nanoTime();
      for (int i = 0; i < clients.size(); i++) {
        long due = begin + retryMillis * 1_000_000L * i / clients.size();
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        clients.get(i).open();
        if (i % 100 == 0) {
          publish(1);
        }
      }
      awaitAll();
      long took = (System.nanoTime() - begin) / 1_000_000;
      readers.check();
      for (StreamReader client : clients) {
        StreamAccount account = client.account().check();
        assertThat(account).isEqualTo(new StreamAccount(0, published, published, 0, 0));
      }
      System.out.printf(
          "%d clients back after %d ms; µs of CPU between two turns of a task on a loop: %d at most"
              + " while they went, %d while they came back%n",
          clients.size(), took, heldByEnds, probe.longestMicros());
    }

    private void publish(int count) {
      for (int i = 0; i < count; i++) {
        published++;
        server.publish("news", "{\"n\":" + published + ",\"pad\":\"" + "x".repeat(80) + "\"}");
      }
    }

    private void awaitAll() {
      for (StreamReader client : clients) {
        Deadline.await(
            PATIENCE,
            () -> client.account().at() >= published,
            () -> "event " + published + ": " + client.account());
      }
    }
  }
}
