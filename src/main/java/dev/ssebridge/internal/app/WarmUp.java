package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ssebridge.SseBridgeVerticle;
import dev.ssebridge.internal.config.WriterMode;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Traffic that the program makes for itself before it listens, so that what comes first meets
 * compiled code: readers of one channel of a bridge, one of which does not read, and a publisher
 * that waits for the answers to what it sent.
 *
 * <p>Plain HTTP/1.1 only, without sources. The JVM throws compiled code away when something happens
 * for the first time that it was not made for, so this has to be as varied as the real thing; and
 * its sockets are not those of Vert.x, or the code would be made for a client, too.
 */
final class WarmUp implements AutoCloseable {
  private static final int READERS = 60;
  private static final int CYCLES_STALLED = 8;
  private static final int TIMEOUT_MILLIS = 10_000;

  /** Between two rounds, so that the compilers get something done where there is one processor. */
  private static final int PAUSE_MILLIS = 1;

  private static final String PATH = "/warm/%s";
  private static final String READ = PATH.formatted("up");
  private static final String OPEN = "HTTP/1.1 200 ";
  private static final byte[] SUBSCRIBE =
      ("GET " + READ + " HTTP/1.1\r\nHost: warm.up\r\nAccept: text/event-stream\r\n\r\n")
          .getBytes(US_ASCII);

  private final InetSocketAddress server;
  private final Deque<SocketChannel> readers = new ArrayDeque<>();
  private final Deque<SocketChannel> stalled = new ArrayDeque<>();
  private final ByteBuffer events = ByteBuffer.allocate(64 * 1024);

  /**
   * @param port of a bridge with the {@link #configuration}, on the loopback interface
   */
  WarmUp(int port) {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** For the {@link SseBridgeVerticle} that this is to go to. */
  static JsonObject configuration(WriterMode writer) {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    JsonObject both = new JsonObject().put("path", "/warm/:up").put("address", "warm.{up}");
    JsonObject http =
        new JsonObject()
            .put("host", host)
            .put("port", 0)
            .put("drain", 0)
            .put("writer", writer.name().toLowerCase(Locale.ROOT));
    return new JsonObject()
        .put("http", http)
        .put("limits", new JsonObject().put("retained", "8MiB"))
        .put("routes", new JsonObject().put("warm", both))
        .put("publish", new JsonObject().put("warm", both));
  }

  /**
   * Blocks while it goes on: until little is left to compile or the time is over, but for one cycle
   * at least.
   *
   * @throws IOException where the bridge does not answer as it should
   */
  void run(Duration most) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Compilation compilation = Compilation.here();
    while (readers.size() < READERS) {
      readers.add(subscribe());
    }
    stalled.add(subscribe());
    int cycle = 0;
    do {
      publish(PATH.formatted(cycle));
      replaceOldest(readers);
      if (++cycle % CYCLES_STALLED == 0) {
        replaceOldest(stalled);
      }
    } while (System.nanoTime() - begin < most.toNanos() && !compilation.isOver());
  }

  private void replaceOldest(Deque<SocketChannel> streams) throws IOException {
    streams.add(subscribe());
    streams.remove().close();
  }

  private SocketChannel subscribe() throws IOException {
    SocketChannel reader = SocketChannel.open();
    try {
      reader.setOption(StandardSocketOptions.SO_RCVBUF, events.capacity());
      reader.socket().setSoTimeout(TIMEOUT_MILLIS);
      reader.socket().connect(server, TIMEOUT_MILLIS);
      reader.write(ByteBuffer.wrap(SUBSCRIBE));
      byte[] status = reader.socket().getInputStream().readNBytes(OPEN.length());
      if (!OPEN.equals(new String(status, US_ASCII))) {
        throw new IOException("expected " + OPEN + ", got " + new String(status, US_ASCII));
      }
      reader.configureBlocking(false);
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  /** All rounds over one connection. */
  private void publish(String pathWithoutReaders) throws IOException, InterruptedException {
    try (Socket publisher = new Socket()) {
      publisher.setTcpNoDelay(true);
      publisher.setSoTimeout(TIMEOUT_MILLIS);
      publisher.connect(server, TIMEOUT_MILLIS);
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(publisher.getInputStream(), US_ASCII));
      for (WarmUpRound round : WarmUpRound.all(READ, pathWithoutReaders)) {
        round.send(publisher.getOutputStream());
        round.awaitAnswers(answers);
        for (SocketChannel reader : readers) {
          reader.read(events.clear());
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  @Override
  public void close() throws IOException {
    readers.addAll(stalled);
    for (SocketChannel reader : readers) {
      reader.close();
    }
  }
}
