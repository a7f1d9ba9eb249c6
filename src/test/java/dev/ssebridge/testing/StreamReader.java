package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.format.EventDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client of many: it keeps an account, can stop reading, and comes back where it was. */
public final class StreamReader implements ReadingThread.Reader {
  // set at construction
  private final StreamReaders readers;
  private final int port;
  private final String target;
  private final RunningAccount account;

  // written by whoever opens and closes
  private volatile @Nullable SocketChannel channel;

  // the reading thread, for the present connection
  private @Nullable HttpResponseReader response;
  private volatile boolean over;

  StreamReader(StreamReaders readers, int port, String target, RunningAccount account) {
    this.readers = readers;
    this.port = port;
    this.target = target;
    this.account = account;
  }

  /** What it has seen; fails if reading did, as it then may have missed what was there. */
  public RunningAccount account() {
    readers.check();
    return account;
  }

  /** Whether the response has ended, or the connection. */
  public boolean isOver() {
    readers.check();
    return over;
  }

  /** Connects, and resumes where the account stands. */
  public StreamReader open() {
    try {
      SocketChannel opened = SocketChannel.open();
      if (readers.receiveBuffer() > 0) {
        opened.setOption(StandardSocketOptions.SO_RCVBUF, readers.receiveBuffer());
      }
      opened.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      String id = account.lastEventId();
      String head =
          "GET "
              + target
              + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
              + (id.isEmpty() ? "" : "Last-Event-ID: " + id + "\r\n")
              + "\r\n";
      opened.write(ByteBuffer.wrap(head.getBytes(UTF_8)));
      opened.configureBlocking(false);
      over = false;
      channel = opened;
      readers.thread().execute(() -> begin(opened));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads no more, until {@link #goOn}. */
  public void stop() {
    readers.thread().execute(() -> readers.thread().interest(channel, 0));
  }

  /** Reads again. */
  public void goOn() {
    readers.thread().execute(() -> readers.thread().interest(channel, SelectionKey.OP_READ));
  }

  /** Drops the connection as a crash does; what was read before counts, and nothing after. */
  public void cut() {
    readers.cut(List.of(this));
  }

  /** On the reading thread. */
  void cutNow() {
    SocketChannel open = channel;
    if (open != null) {
      cut(open);
      over = true;
    }
  }

  private static void cut(SocketChannel open) {
    try {
      if (open.isOpen()) {
        open.setOption(StandardSocketOptions.SO_LINGER, 0);
        open.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void begin(SocketChannel opened) {
    account.reconnect();
    EventDecoder decoder = EventDecoder.create(account).lastEventId(account.lastEventId());
    response = new HttpResponseReader(false, decoder::decode);
    readers.thread().register(opened, this);
  }

  @Override
  public void onReadable(SocketChannel from, ByteBuffer buffer) {
    HttpResponseReader reading = response;
    if (from != channel || reading == null) {
      return;
    }
    try {
      int count = from.read(buffer.clear());
      if (count >= 0) {
        byte[] bytes = new byte[count];
        buffer.flip().get(bytes);
        reading.read(bytes, count);
      }
      if (count < 0 || reading.isComplete()) {
        from.close();
        over = true;
      }
    } catch (IOException reset) {
      over = true;
      cut(from);
    }
  }
}
