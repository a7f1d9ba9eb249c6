package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SlowPolicy;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.BridgeServer;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.RunningAccount;
import dev.ssebridge.testing.StreamReader;
import dev.ssebridge.testing.StreamReaders;
import dev.ssebridge.testing.Ways;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What {@code StreamModelTest} does with fake sinks, over real sockets: random publishing, clients
 * that stop reading, go on, reset the connection, come back, and resume at random positions of a
 * short history, for every policy and in every way. Each client's account must be exact.
 */
@ExtendWith(VertxExtension.class)
@Ways
@Wires
@Tag("slow")
class SocketModelTest {
  private static final int SMALL = 16 * 1024;
  private static final int SOURCES = 3;
  private static final int KEYS = 20;
  private static final int RUNS = Integer.getInteger("model.runs", 20);

  @ParameterizedTest
  @EnumSource(SlowPolicy.class)
  void everyClientIsToldExactlyWhatItMissed(SlowPolicy policy, Vertx vertx) {
    run(policy, vertx, 1, 120);
  }

  /** Where nothing can be sent past a channel's queue. */
  @ParameterizedTest
  @EnumSource(SlowPolicy.class)
  void everyClientIsToldExactlyWhatItMissedWithoutANativeTransport(SlowPolicy policy) {
    Vertx vertx = Vertx.builder().withTransport(Transport.NIO).build();
    try {
      run(policy, vertx, 1, 120);
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  @Tag("heavy")
  @ParameterizedTest
  @EnumSource(SlowPolicy.class)
  void everyClientIsToldExactlyWhatItMissedForLong(SlowPolicy policy, Vertx vertx) {
    run(policy, vertx, RUNS, 400);
  }

  private static void run(SlowPolicy policy, Vertx vertx, int runs, int steps) {
    long first = Long.getLong("model.seed", System.nanoTime());
    for (int run = 0; run < runs; run++) {
      long seed = first + run;
      try (World world = new World(policy, vertx, new Random(seed))) {
        world.live(steps);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("-Dmodel.seed=" + seed + " " + policy + ": " + e.getMessage(), e);
      }
    }
  }

  private static final class World implements AutoCloseable {
    private static final String PAD = "x".repeat(8 * 1024);
    private static final int MOST_CLIENTS = 10;

    private final Random random;
    private final BridgeServer server;
    private final StreamReaders readers = new StreamReaders(SMALL);
    private final List<StreamReader> clients = new ArrayList<>();
    private final List<BitSet> sequences = new ArrayList<>();

    /** Clients of one address only. */
    private final Map<StreamReader, Integer> sources = new HashMap<>();

    private long published;

    World(SlowPolicy policy, Vertx vertx, Random random) {
      this.random = random;
      for (int i = 0; i < SOURCES; i++) {
        sequences.add(new BitSet());
      }
      JsonObject slow = new JsonObject().put("policy", word(policy));
      if (policy == SlowPolicy.CONFLATE) {
        slow.put("key", "/k").put("keys", random.nextBoolean() ? 5 : 1000);
      }
      if (random.nextBoolean()) {
        slow.put("lag", new JsonObject().put("events", 5 + random.nextInt(200)));
      }
      JsonObject route =
          new JsonObject()
              .put("path", "/m")
              .put("addresses", List.of("a0", "a1", "a2"))
              .put("heartbeat", "100ms")
              .put("slow", slow)
              .put(
                  "history",
                  new JsonObject()
                      .put("events", 1 + random.nextInt(400))
                      .put("bytes", 1 + random.nextInt(1 << 20)));
      JsonObject config =
          new JsonObject()
              .put("http", new JsonObject().put("drain", 0))
              .put("routes", new JsonObject().put("m", route));
      this.server = BridgeServer.start(vertx, config.encode(), BridgeServer.sendBuffer(SMALL), 2);
    }

    private static String word(Enum<?> value) {
      return value.name().toLowerCase(Locale.ROOT);
    }

    void live(int steps) {
      connect();
      for (int i = 0; i < steps; i++) {
        switch (random.nextInt(10)) {
          case 0, 1, 2 -> publish(1 + random.nextInt(10));
          case 3 -> publish(random.nextInt(120));
          case 4 -> connect();
          case 5, 6 -> anyClient(StreamReader::stop);
          case 7 -> anyClient(StreamReader::goOn);
          case 8 -> clients.stream().filter(StreamReader::isOver).forEach(StreamReader::open);
          default -> anyClient(this::comeBack);
        }
        readers.check();
      }
      settle();
    }

    /** All read on, come back where they were sent away, and get to the head. */
    private void settle() {
      clients.forEach(StreamReader::goOn);
      for (int source = 0; source < SOURCES; source++) {
        publish(source, 1);
      }
      for (StreamReader client : clients) {
        Deadline.await(
            () -> {
              if (client.isOver()) {
                client.open();
              }
              return client.account().at() >= lastWanted(client);
            },
            () -> "the head, " + published + ": " + client.account());
        assertThat(client.account().check().to()).isLessThanOrEqualTo(published);
      }
      readers.check();
    }

    /** The sequence of the last event that a client asked for. */
    private long lastWanted(StreamReader client) {
      Integer source = sources.get(client);
      return source == null ? published : sequences.get(source).length() - 1L;
    }

    private void publish(int count) {
      publish(random.nextInt(SOURCES), count);
    }

    /** One address at a time: then the order of the log is known. */
    private void publish(int source, int count) {
      for (int i = 0; i < count; i++) {
        published++;
        synchronized (sequences) {
          sequences.get(source).set((int) published);
        }
        JsonObject body = new JsonObject().put("n", published);
        if (random.nextInt(4) != 0) {
          body.put("k", random.nextInt(KEYS));
        }
        server.publish("a" + source, body.put("pad", PAD.substring(random.nextInt(PAD.length()))));
      }
      Deadline.await(() -> server.head("m") >= published, () -> "event " + published);
    }

    private boolean isFrom(int source, long sequence) {
      synchronized (sequences) {
        return sequences.get(source).get((int) sequence);
      }
    }

    private void connect() {
      if (clients.size() >= MOST_CLIENTS) {
        return;
      }
      String from =
          switch (random.nextInt(4)) {
            case 0 -> "&from=earliest";
            case 1 -> "&last=" + random.nextInt(100);
            default -> "";
          };
      boolean all = random.nextInt(3) != 0;
      int source = random.nextInt(SOURCES);
      RunningAccount account = new RunningAccount(s -> all || isFrom(source, s));
      String target = all ? "/m?x=y" : "/m?address=a" + source;
      StreamReader client = readers.reader(server.port(), target + from, account).open();
      Deadline.await(account::isOpen, () -> "the opening block");
      if (random.nextInt(3) == 0) {
        client.cut();
        client = resumeAnywhere(target, account.lastEventId(), s -> all || isFrom(source, s));
      }
      clients.add(client);
      if (!all) {
        sources.put(client, source);
      }
    }

    private StreamReader resumeAnywhere(String target, String id, LongPredicate wants) {
      String epoch = id.substring(0, id.lastIndexOf('-') + 1);
      RunningAccount account =
          new RunningAccount(wants).resumeAt(epoch + random.nextLong(published + 1));
      return readers.reader(server.port(), target, account).open();
    }

    /** Resets the connection, whatever it still holds, and resumes. */
    private void comeBack(StreamReader client) {
      client.cut();
      client.open();
    }

    private void anyClient(Consumer<StreamReader> action) {
      if (!clients.isEmpty()) {
        action.accept(clients.get(random.nextInt(clients.size())));
      }
    }

    @Override
    public void close() {
      readers.close();
      server.close();
    }
  }
}
