package dev.ssebridge.bench.fanout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes prices, 1,000 a second, and has subscribers that read of them what their socket has now
 * and then, about a tenth of it all: one after the other, evenly in time. A thread of its own.
 */
final class Laggards extends Thread implements AutoCloseable {
  /** How long from one reading of a subscriber to the next. */
  static final long TURN_MILLIS = 5_000;

  private static final int KEYS = 1_000;

  /** No divisor of the time between the messages that are measured: they would keep step. */
  private static final int PRICES_AT_ONCE = 7;

  private static final int PADDING = 150;
  private static final int RECEIVE_BUFFER = 16 * 1024;

  /** More than half of what the server's socket may hold unsent, so it writes after each turn. */
  private static final int READ_AT_ONCE = 96 * 1024;

  private final InetSocketAddress server;
  private final SocketChannel publisher;
  private final List<SocketChannel> subscribers = new ArrayList<>();
  private final ByteBuffer in = ByteBuffer.allocateDirect(READ_AT_ONCE);
  private final Random random = new Random(7);
  private ByteBuffer out = ByteBuffer.allocate(0);
  private final AtomicLong published = new AtomicLong();
  private volatile boolean stopped;
  private volatile @Nullable IOException broken;

  Laggards(int port) throws IOException {
    super("laggards");
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    publisher = SocketChannel.open(server);
    publisher.setOption(StandardSocketOptions.TCP_NODELAY, true);
    publisher.configureBlocking(false);
  }

  /** Opens so many subscriptions; before the start. */
  void open(int count, String path) throws IOException {
    byte[] request =
        ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open();
      subscribers.add(channel);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
      channel.setOption(StandardSocketOptions.SO_LINGER, 0); // leaves no port in TIME_WAIT
      channel.connect(server);
      channel.write(ByteBuffer.wrap(request));
      channel.configureBlocking(false);
    }
  }

  /** How many prices so far. */
  long published() {
    return published.get();
  }

  /** Fails where something broke. */
  void check() throws IOException {
    IOException cause = broken;
    if (cause != null) {
      throw new IOException("those that lag: " + cause.getMessage(), cause);
    }
  }

  @Override
  public void run() {
    long start = System.nanoTime();
    long turns = 0;
    try {
      for (long tick = 1; !stopped; tick++) {
        LockSupport.parkNanos(start + tick * 1_000_000 - System.nanoTime());
        if (tick % PRICES_AT_ONCE == 0) {
          publish();
        }
        for (; turns < tick * subscribers.size() / TURN_MILLIS; turns++) {
          read(subscribers.get((int) (turns % subscribers.size())), READ_AT_ONCE);
        }
      }
    } catch (IOException e) {
      broken = e;
    }
  }

  private void publish() throws IOException {
    if (!out.hasRemaining()) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < PRICES_AT_ONCE; i++) {
        lines.append("{\"k\":").append(random.nextInt(KEYS)).append(",\"pad\":\"");
        lines.append("x".repeat(PADDING)).append("\"}\n");
      }
      String head =
          "POST /prices HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\n";
      String all = head + "Content-Length: " + lines.length() + "\r\n\r\n" + lines;
      out = ByteBuffer.wrap(all.getBytes(StandardCharsets.US_ASCII));
      published.addAndGet(PRICES_AT_ONCE);
    }
    publisher.write(out);
    String answer = read(publisher, READ_AT_ONCE);
    if (!answer.isEmpty() && !answer.startsWith("HTTP/1.1 202")) {
      throw new IOException("expected 202 for prices, got " + answer);
    }
  }

  /** What there is, up to so many bytes; the beginning of the first. */
  private String read(SocketChannel channel, int most) throws IOException {
    String first = "";
    int left = most;
    while (left > 0) {
      in.clear().limit(left);
      int count = channel.read(in);
      if (count < 0) {
        throw new IOException("the server closed a connection");
      }
      if (count == 0) {
        return first;
      }
      if (left == most) {
        byte[] begin = new byte[Math.min(count, 100)];
        in.flip().get(begin);
        first = new String(begin, StandardCharsets.ISO_8859_1);
      }
      left -= count;
    }
    return first;
  }

  @Override
  public void close() throws IOException {
    stopped = true;
    try {
      join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    for (SocketChannel channel : subscribers) {
      channel.close();
    }
    publisher.close();
  }
}
