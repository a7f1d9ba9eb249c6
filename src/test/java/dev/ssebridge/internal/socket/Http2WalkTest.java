package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.ClientLoop;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.Http2Connection;
import dev.ssebridge.testing.Http2Stream;
import dev.ssebridge.testing.RunningAccount;
import dev.ssebridge.testing.StreamAccount;
import dev.ssebridge.testing.Wire;
import dev.ssebridge.testing.Wires;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random clients of HTTP/2, many streams to a connection: windows of any size, closed and opened at
 * any time and changed by settings, for a stream and for all, streams that are taken back,
 * connections that are said to end or just drop, and readers who come back with what they have.
 * Each one's account must be exact, and the bridge may send nothing beyond a window (RFC 9113,
 * section 6.9), beyond the size of a frame, or behind the end of a stream.
 */
@ExtendWith(VertxExtension.class)
@Wires({Wire.TLS_HTTP_2, Wire.TLS_HTTP_2_OF_JDK, Wire.H2C})
@Tag("slow")
class Http2WalkTest {
  private static final long[] SEEDS = {1, 20, 9113};
  private static final int[] WINDOWS = {0, 1, 100, 5_000, 16_384, 65_535, 300_000};
  private static final int[] FRAMES = {16_384, 17_000, 100_000, (1 << 24) - 1};

  @Test
  void everyReaderOfASharedConnectionIsToldExactlyWhatItMissed(Vertx vertx) {
    walk(vertx, LongStream.concat(LongStream.of(SEEDS), LongStream.of(clock())), 3, 8, 80);
  }

  @Test
  @Tag("heavy")
  void everyReaderOfASharedConnectionIsToldExactlyWhatItMissedForLong(Vertx vertx) {
    long first = clock();
    walk(vertx, LongStream.range(first, first + Integer.getInteger("walk.runs", 15)), 10, 20, 600);
  }

  private static long clock() {
    return Long.getLong("walk.seed", System.nanoTime());
  }

  private static void walk(Vertx vertx, LongStream seeds, int connections, int streams, int steps) {
    seeds.forEach(
        seed -> {
          try (World world = new World(vertx, new Random(seed), connections, streams)) {
            world.live(steps);
          } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("-Dwalk.seed=" + seed + ": " + e.getMessage(), e);
          }
        });
  }

  private static final class World implements AutoCloseable {
    private static final String PAD = "x".repeat(4 * 1024);
    private static final String[] ROUTES = {"a", "b"};

    private final Random random;
    private final BridgeFixture bridge;
    private final ClientLoop loop = new ClientLoop("walk");
    private final List<Http2Connection> connections = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final long[] published = new long[ROUTES.length];
    private final int most;

    World(Vertx vertx, Random random, int connections, int streams) {
      this.random = random;
      this.most = streams * 2;
      this.bridge =
          BridgeFixture.deploy(
              vertx,
              "{'http':{'http2':{'maxResets':1000000}},'routes':{"
                  + "'a':{'path':'/a','address':'a','heartbeat':'100ms','history':{'events':%d}},"
                      .formatted(20 + random.nextInt(300))
                  + "'b':{'path':'/b','address':'b','heartbeat':0,'history':{'bytes':%d}}}}"
                      .formatted(20_000 + random.nextInt(1 << 19)),
              2);
      for (int i = 0; i < connections; i++) {
        Http2Connection connection = connect();
        for (int j = 0; j < streams; j++) {
          Reader reader = new Reader(random.nextInt(ROUTES.length));
          readers.add(reader);
          loop.run(() -> reader.open(connection));
        }
      }
      publish(0, 1);
      publish(1, 1);
      for (Reader reader : readers) {
        Deadline.await(
            () -> {
              loop.run(reader::goOn); // its window may have been closed by the first settings
              loop.check();
              return reader.account.isOpen();
            },
            () -> "an opening");
      }
    }

    private Http2Connection connect() {
      int window = WINDOWS[random.nextInt(WINDOWS.length)];
      long whole = (long) Http2Connection.FIRST_WINDOW + random.nextInt(1 << 20);
      int buffer = random.nextBoolean() ? 16 * 1024 : 0;
      Http2Connection made =
          Http2Connection.open(loop, Wire.current(), bridge.port(), window, whole, buffer);
      connections.add(made);
      return made;
    }

    void live(int steps) {
      for (int i = 0; i < steps; i++) {
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> publish(random.nextInt(ROUTES.length), 1 + random.nextInt(5));
          case 3 -> publish(random.nextInt(ROUTES.length), random.nextInt(150));
          case 4, 5 -> with(anyReader(), Reader::stop);
          case 6, 7 -> with(anyReader(), Reader::goOn);
          case 8 -> comeBack(anyReader());
          case 9 -> changeWindows(anyConnection());
          case 10 -> disturb(anyConnection());
          default -> readers.stream().filter(Reader::isOver).forEach(this::comeBack);
        }
        loop.check();
      }
      settle();
    }

    private void publish(int route, int count) {
      for (int i = 0; i < count; i++) {
        String pad = PAD.substring(random.nextInt(PAD.length()));
        bridge.publish(
            ROUTES[route], "{\"n\":%d,\"pad\":\"%s\"}".formatted(++published[route], pad));
      }
      bridge.awaitHead(ROUTES[route], published[route]);
    }

    private void with(Reader reader, java.util.function.Consumer<Reader> action) {
      loop.run(() -> action.accept(reader));
    }

    private Reader anyReader() {
      return readers.get(random.nextInt(readers.size()));
    }

    private Http2Connection anyConnection() {
      return connections.get(random.nextInt(connections.size()));
    }

    /** On a connection that others have, as long as there is room. */
    private void comeBack(Reader reader) {
      Http2Connection[] chosen = new Http2Connection[1];
      loop.run(
          () -> {
            reader.leave();
            connections.removeIf(Http2Connection::isOver);
            chosen[0] =
                connections.stream()
                    .filter(each -> !each.isLeft() && each.streams().size() < most)
                    .skip(random.nextInt(2))
                    .findFirst()
                    .orElse(null);
          });
      Http2Connection connection = chosen[0] == null ? connect() : chosen[0];
      loop.run(() -> reader.open(connection));
    }

    private void changeWindows(Http2Connection connection) {
      int window = WINDOWS[random.nextInt(WINDOWS.length)];
      int frame = FRAMES[random.nextInt(FRAMES.length)];
      boolean gives = random.nextInt(3) != 0;
      loop.run(
          () -> {
            if (!connection.isOver()) {
              connection.settings(window, frame);
              connection.givesBack(gives);
              if (gives) {
                whole(connection);
              }
            }
          });
    }

    /** What was not given back meanwhile is, so that nobody waits for ever. */
    private static void whole(Http2Connection connection) {
      long less = Http2Connection.FIRST_WINDOW - connection.window();
      if (less > 0) {
        connection.window(less);
      }
    }

    private void disturb(Http2Connection connection) {
      int how = random.nextInt(6);
      loop.run(
          () -> {
            if (!connection.isOver()) {
              switch (how) {
                case 0 -> connection.cut();
                case 1 -> connection.close();
                case 2 -> connection.goAway();
                case 3 -> connection.reading(false);
                default -> connection.reading(true);
              }
            }
          });
    }

    /** All read on, come back where they were sent away, and get to the head. */
    private void settle() {
      loop.run(
          () ->
              connections.stream()
                  .filter(connection -> !connection.isOver())
                  .forEach(
                      connection -> {
                        connection.reading(true);
                        connection.givesBack(true);
                        whole(connection);
                      }));
      publish(0, 1);
      publish(1, 1);
      for (Reader reader : readers) {
        Deadline.await(
            () -> {
              loop.check();
              if (reader.isOver()) {
                comeBack(reader);
              }
              // All of them: what was given to a stream before its window was made smaller waits
              // in the server, and counts against the window of the connection.
              loop.run(() -> readers.forEach(Reader::goOn));
              return reader.account.at() >= published[reader.route];
            },
            () -> "the head, " + published[reader.route] + ": " + reader);
        StreamAccount account = reader.account.check();
        assertThat(account.to()).isEqualTo(published[reader.route]);
        assertThat(account.delivered()).isPositive();
      }
      loop.check();
    }

    @Override
    public void close() {
      loop.close();
      bridge.close();
    }

    /** On the loop, but for its account. */
    private final class Reader implements Http2Stream.Listener {
      private final int route;
      private final RunningAccount account = new RunningAccount(sequence -> true);
      private @Nullable Http2Stream stream;
      private EventDecoder decoder = EventDecoder.create(account);
      private boolean stopped;
      private int status;
      private volatile boolean over;

      Reader(int route) {
        this.route = route;
      }

      boolean isOver() {
        return over;
      }

      void open(Http2Connection connection) {
        String id = account.lastEventId();
        account.reconnect();
        decoder = EventDecoder.create(account).lastEventId(id);
        status = 0;
        stopped = false;
        Http2Headers headers = Wire.current().get("/" + ROUTES[route]);
        if (!id.isEmpty()) {
          headers.add("last-event-id", id);
        }
        over = connection.isOver();
        stream = over ? null : connection.ask(headers, true, this);
        goOn();
      }

      void leave() {
        if (stream != null) {
          stream.takeBack();
        }
        over = true;
      }

      void stop() {
        stopped = true;
      }

      /** A little, or as much as there is of a window, and more where settings made it negative. */
      void goOn() {
        stopped = false;
        if (stream != null && stream.window() < 1) {
          stream.open((int) (1 + random.nextInt(20_000) - stream.window()));
        }
      }

      @Override
      public void onHeaders(Http2Headers headers) {
        status = Integer.parseInt(headers.status().toString());
      }

      @Override
      public void onData(Http2Stream of, byte[] bytes) {
        if (status == 200) {
          decoder.decode(bytes, 0, bytes.length);
        }
        if (!stopped && (of.window() < 1 || random.nextInt(3) == 0)) {
          of.open(bytes.length + random.nextInt(3_000));
        }
      }

      @Override
      public void onEnd() {
        over = true;
      }

      @Override
      public String toString() {
        return account + (over ? ", over" : "") + ", status " + status + ", " + stream;
      }

      @Override
      public void onDisconnect() {
        over = true;
      }
    }
  }
}
