package dev.ssebridge.internal.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code http.http2.*} does on the wire (RFC 9113), frame by frame. */
@ExtendWith(VertxExtension.class)
class Http2LimitsTest {
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final int FIRST_WINDOW = 65_535;

  private static final String ROUTES = "'routes':{'n':{'path':'/n','address':'n','linger':0}}}";

  /** GET / over http, all of the static table (RFC 7541, appendix A). */
  private static final byte[] GET = {(byte) 0x82, (byte) 0x86, (byte) 0x84};

  /** A client that speaks in frames. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Map<Integer, Integer> settings = new HashMap<>();
    private int window = FIRST_WINDOW;
    private int goAway = -1;
    private boolean ponged;
    private boolean over;

    Client(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      send(SETTINGS, 0, 0, new byte[0]);
    }

    void send(int type, int flags, int stream, byte[] payload) throws IOException {
      ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
      frame.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload);
      out.write(frame.array());
    }

    /** Reads frames until that is so, or the connection is over. */
    void readUntil(BooleanSupplier condition) throws IOException {
      while (!condition.getAsBoolean() && !over) {
        int head;
        try {
          head = in.readInt();
        } catch (IOException end) {
          over = true;
          return;
        }
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(head >>> 8));
        switch (head & 0xff) {
          case SETTINGS -> {
            while (payload.remaining() >= 6) {
              settings.put((int) payload.getShort(), payload.getInt());
            }
            if ((flags & 1) == 0) {
              send(SETTINGS, 1, 0, new byte[0]);
            }
          }
          case WINDOW_UPDATE -> window += stream == 0 ? payload.getInt() : 0;
          case PING -> ponged = true;
          case GOAWAY -> goAway = payload.getInt(4);
          default -> {}
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static BridgeFixture bridge(Vertx vertx, String http2) {
    return BridgeFixture.deploy(vertx, "{'http':{'http2':{" + http2 + "}}," + ROUTES);
  }

  @Test
  void whatIsSetIsToldToTheClient(Vertx vertx) throws Exception {
    String http2 =
        "'maxConcurrentStreams':3,'initialWindowSize':70000,'connectionWindowSize':200000,"
            + "'maxFrameSize':20000,'headerTableSize':100,'maxHeaderListSize':'40KiB'";
    try (BridgeFixture bridge = bridge(vertx, http2);
        Client client = new Client(bridge.port())) {
      client.send(PING, 0, 0, new byte[8]);
      client.readUntil(() -> client.ponged);
      assertThat(client.settings)
          .containsEntry(1, 100)
          .containsEntry(3, 3)
          .containsEntry(4, 70_000)
          .containsEntry(5, 20_000)
          .containsEntry(6, 40 * 1024);
      assertThat(client.window).isEqualTo(200_000);
    }
  }

  @Test
  void whoTakesBackMoreRequestsThanIsPermittedIsSentAway(Vertx vertx) throws Exception {
    try (BridgeFixture bridge = bridge(vertx, "'maxResets':5,'resetsWithin':'60s'")) {
      try (Client modest = new Client(bridge.port())) {
        takeBack(modest, 5);
        assertThat(modest.goAway).isEqualTo(-1);
      }
      try (Client greedy = new Client(bridge.port())) {
        takeBack(greedy, 20);
        assertThat(greedy.goAway).isEqualTo(ENHANCE_YOUR_CALM);
      }
    }
  }

  /** So many, and then a ping, which is answered behind them. */
  private static void takeBack(Client client, int resets) throws IOException {
    client.readUntil(() -> !client.settings.isEmpty());
    int stream = 1;
    for (int i = 0; i < resets; i++, stream += 2) {
      client.send(HEADERS, 5, stream, GET);
      client.send(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    }
    client.send(PING, 0, 0, new byte[8]);
    client.readUntil(() -> client.ponged || client.goAway >= 0);
  }

  @Test
  void whoCutsHeadersIntoMoreSmallPartsThanIsPermittedIsSentAway(Vertx vertx) throws Exception {
    try (BridgeFixture bridge = bridge(vertx, "'maxContinuations':4");
        Client client = new Client(bridge.port())) {
      client.readUntil(() -> !client.settings.isEmpty());
      client.send(HEADERS, 1, 1, GET);
      for (int i = 0; i < 10; i++) {
        client.send(CONTINUATION, 0, 1, new byte[] {(byte) 0x84});
      }
      client.readUntil(() -> client.goAway >= 0);
      assertThat(client.goAway).isEqualTo(ENHANCE_YOUR_CALM);
    }
  }
}
