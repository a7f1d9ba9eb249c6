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
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many streams of one connection, as a proxy or a service mesh brings them. */
@ExtendWith(VertxExtension.class)
@Wires({Wire.TLS_HTTP_2, Wire.TLS_HTTP_2_OF_JDK, Wire.H2C})
@Tag("slow")
class SharedConnectionTest {
  private static final int KIB = 1024;
  private static final String PAD = "x".repeat(4 * KIB);

  private ClientLoop loop;

  @BeforeEach
  void begin() {
    loop = new ClientLoop("shared connection");
  }

  @AfterEach
  void end() {
    loop.close();
    loop.check();
  }

  /** RFC 9113, section 5.2.1: flow control is of each stream, and of the connection. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000, 20_000})
  void streamsWhoseWindowsAreClosedHoldNobodyElseBack(int window, Vertx vertx) {
    try (BridgeFixture bridge = bridge(vertx, "'history':{'events':50}", "'1m'", "100000")) {
      Http2Connection connection = connect(bridge, window, 0);
      List<Reader> stopped = readers(99, "/a", connection);
      Reader reader = open(connection, "/a");
      reader.goOn();
      for (int i = 1; i <= 300; i++) {
        publish(bridge, "a", i, PAD);
        reader.awaitHead(i); // or it would be told of a gap, for the history is small
      }
      assertThat(reader.account.check().delivered()).isEqualTo(300);
      assertThat(stopped).allMatch(other -> other.stream != null && other.received() <= window);

      stopped.forEach(Reader::goOn);
      for (Reader other : stopped) {
        other.awaitHead(300);
        StreamAccount account = other.account.check();
        assertThat(account.delivered()).isBetween(50L, 300L);
        assertThat(account.delivered() + account.missed()).isEqualTo(300);
      }
    }
  }

  @Test
  void aThousandStreamsThatEndAtOnceAllEndCleanly(Vertx vertx) {
    BridgeFixture bridge = bridge(vertx, "'history':{'events':50}", "'1m'", "100000");
    try (bridge) {
      Http2Connection connection = connect(bridge, Http2Connection.FIRST_WINDOW, 0);
      List<Reader> readers = aThousandThatHaveAll(bridge, "a", connection);
      BridgeFixture.get(bridge.bridge().removeRoute("a"));
      assertAllEndedCleanly(readers);

      // The connection is as good as before.
      readers = aThousandThatHaveAll(bridge, "b", connection);
      BridgeFixture.get(bridge.undeploy());
      assertAllEndedCleanly(readers);
      Deadline.await(connection::isOver, () -> "the end of the connection");
    }
  }

  private List<Reader> aThousandThatHaveAll(
      BridgeFixture bridge, String route, Http2Connection connection) {
    List<Reader> readers = readers(1_000, "/" + route, connection);
    readers.forEach(Reader::goOn);
    for (int i = 1; i <= 5; i++) {
      publish(bridge, route, i, "last words");
    }
    readers.forEach(reader -> reader.awaitHead(5));
    return readers;
  }

  private static void assertAllEndedCleanly(List<Reader> readers) {
    for (Reader reader : readers) {
      Deadline.await(() -> reader.ended || reader.disconnected, () -> "an end: " + reader);
      assertThat(reader.ended).as("a whole response: %s", reader).isTrue();
      assertThat(reader.account.check().delivered()).isEqualTo(5);
    }
  }

  @Test
  void aConnectionThatTakesNothingIsDroppedWithAllOfItsStreams(Vertx vertx) {
    try (BridgeFixture bridge = bridge(vertx, "'heartbeat':0", "'600ms'", "100000")) {
      Http2Connection connection = connect(bridge, 1 << 30, 16 * KIB);
      List<Reader> stopped = readers(100, "/a", connection);
      loop.run(
          () -> {
            connection.window(1 << 30);
            connection.reading(false);
          });
      Reader bystander = open(connect(bridge, Http2Connection.FIRST_WINDOW, 0), "/a");
      bystander.goOn();
      for (int i = 1; i <= 200; i++) {
        publish(bridge, "a", i, PAD);
        bystander.awaitHead(i);
      }
      bridge.awaitStreams(1);
      assertThat(bystander.account.check().delivered()).isEqualTo(200);
      Deadline.await(() -> isServedOnANewConnection(bridge), () -> "the place of a connection");

      loop.run(() -> connection.reading(true));
      Deadline.await(
          () -> stopped.stream().allMatch(each -> each.disconnected), () -> "the end of all");
      assertThat(connection.isOver()).isTrue();
    }
  }

  private boolean isServedOnANewConnection(BridgeFixture bridge) {
    Http2Connection connection;
    try {
      connection = connect(bridge, Http2Connection.FIRST_WINDOW, 0);
    } catch (UncheckedIOException closedAtOnce) {
      return false;
    }
    Reader reader = new Reader();
    loop.run(() -> reader.open(connection, "/a"));
    Deadline.await(() -> !reader.status.isEmpty() || connection.isOver(), () -> "an answer");
    return reader.status.equals("200");
  }

  /** CVE-2023-44487, with streams that are being served. */
  @Test
  void whoOpensStreamsToTakeThemBackIsSentAwayAndNothingOfThemStays(Vertx vertx) {
    try (BridgeFixture bridge = bridge(vertx, "'history':{'events':50}", "'1m'", "50")) {
      Reader bystander = open(connect(bridge, Http2Connection.FIRST_WINDOW, 0), "/a");
      bystander.goOn();
      Http2Connection connection = connect(bridge, Http2Connection.FIRST_WINDOW, 0);
      for (int i = 0; i < 50; i++) {
        open(connection, "/a").leave();
      }
      publish(bridge, "a", 1, PAD);
      bystander.awaitHead(1);
      assertThat(connection.goneWith()).as("as many as are permitted").isEqualTo(-1);

      for (int i = 0; i < 50 && !connection.isLeft(); i++) {
        Reader another = new Reader();
        loop.run(() -> another.open(connection, "/a"));
        another.leave();
      }
      Deadline.await(connection::isLeft, () -> "to be sent away");
      assertThat(connection.goneWith()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
      bridge.awaitStreams(1);
      publish(bridge, "a", 2, PAD);
      bystander.awaitHead(2);
    }
  }

  private static void publish(BridgeFixture bridge, String address, int sequence, String pad) {
    bridge.publish(address, "{\"n\":%d,\"pad\":\"%s\"}".formatted(sequence, pad));
  }

  private static BridgeFixture bridge(Vertx vertx, String route, String stalled, String resets) {
    return BridgeFixture.deploy(
        vertx,
        "{'http':{'drain':0,'stalled':'400ms','http2':{'maxConcurrentStreams':1000,'maxResets':%s}},'routes':{"
                .formatted(resets)
            + "'a':{'path':'/a','address':'a','stalled':%s,%s},".formatted(stalled, route)
            + "'b':{'path':'/b','address':'b'}},'limits':{'connectionsPerRemote':2}}");
  }

  private Http2Connection connect(BridgeFixture bridge, int window, int receiveBuffer) {
    return Http2Connection.open(
        loop, Wire.current(), bridge.port(), window, Http2Connection.FIRST_WINDOW, receiveBuffer);
  }

  private List<Reader> readers(int count, String path, Http2Connection connection) {
    List<Reader> all = IntStream.range(0, count).mapToObj(i -> new Reader()).toList();
    loop.run(() -> all.forEach(reader -> reader.open(connection, path)));
    all.forEach(Reader::awaitOpen);
    return new ArrayList<>(all);
  }

  private Reader open(Http2Connection connection, String path) {
    return readers(1, path, connection).get(0);
  }

  /** What is not read stays in the window of its stream. */
  private final class Reader implements Http2Stream.Listener {
    private final RunningAccount account = new RunningAccount(sequence -> true);
    private final EventDecoder decoder = EventDecoder.create(account);
    private @Nullable Http2Stream stream;
    private boolean reads;
    private volatile String status = "";
    private volatile boolean ended;
    private volatile boolean disconnected;

    void open(Http2Connection connection, String path) {
      stream = connection.ask(Wire.current().get(path), true, this);
    }

    /** Its head is there; what follows may need a window that is closed. */
    void awaitOpen() {
      Deadline.await(() -> !status.isEmpty() || disconnected, () -> "an answer: " + this);
      assertThat(status).isEqualTo("200");
    }

    void awaitHead(long sequence) {
      Deadline.await(
          () -> {
            loop.check();
            return account.at() >= sequence;
          },
          () -> "the head " + sequence + ": " + this);
    }

    void goOn() {
      loop.run(
          () -> {
            reads = true;
            if (stream != null) {
              stream.open((int) (Http2Connection.FIRST_WINDOW - stream.window()));
            }
          });
    }

    void leave() {
      loop.run(
          () -> {
            if (stream != null) {
              stream.takeBack();
            }
          });
    }

    long received() {
      return stream == null ? 0 : stream.received();
    }

    @Override
    public void onHeaders(Http2Headers headers) {
      status = headers.status().toString();
    }

    @Override
    public void onData(Http2Stream of, byte[] bytes) {
      decoder.decode(bytes, 0, bytes.length);
      if (reads) {
        of.open(bytes.length);
      }
    }

    @Override
    public void onEnd() {
      ended = true;
    }

    @Override
    public void onDisconnect() {
      disconnected = true;
    }

    @Override
    public String toString() {
      return account + ", " + stream;
    }
  }
}
