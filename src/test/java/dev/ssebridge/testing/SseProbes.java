package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Opens raw HTTP/1.1 connections, hundreds if need be, all read by one thread. */
public final class SseProbes implements AutoCloseable {
  private final Selector selector;
  private final Thread thread = new Thread(this::run, "sse-probes");
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<SseProbe> opened = new ArrayList<>();
  private int receiveBuffer;
  private volatile boolean closed;

  /** Starts the thread. */
  public SseProbes() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread.setDaemon(true);
    thread.start();
  }

  /** Sockets opened from now on have a receive buffer of about so many bytes. */
  public SseProbes receiveBuffer(int bytes) {
    receiveBuffer = bytes;
    return this;
  }

  /** Opens a stream, as an EventSource does. */
  public SseProbe get(int port, String target, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Accept: text/event-stream");
    return request(port, "GET", target, all.toArray(String[]::new));
  }

  /** Sends a request head; a body, if any, is the probe's to {@link SseProbe#send}. */
  public SseProbe request(int port, String method, String target, String... headers) {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return raw(port, head.append("\r\n").toString());
  }

  /** Connects and sends this text, as UTF-8. */
  public SseProbe raw(int port, String text) {
    try {
      SocketChannel channel = SocketChannel.open();
      if (receiveBuffer > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
      }
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
      channel.configureBlocking(false);
      SseProbe probe = new SseProbe(this, channel, text.startsWith("HEAD "));
      opened.add(probe);
      execute(() -> register(channel, probe));
      return probe;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a task on the reading thread. */
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /** Whether a probe's socket is read; on the reading thread. */
  void interest(SocketChannel channel, int operations) {
    SelectionKey key = channel.keyFor(selector);
    if (key != null && key.isValid()) {
      key.interestOps(operations);
    }
  }

  /** Drops all connections. */
  @Override
  public void close() {
    for (SseProbe probe : opened) {
      probe.close();
    }
    closed = true;
    selector.wakeup();
  }

  private void register(SocketChannel channel, SseProbe probe) {
    try {
      if (channel.isOpen()) {
        channel.register(selector, SelectionKey.OP_READ, probe);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    try (Selector open = selector) {
      while (!closed) {
        open.select();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        for (SelectionKey key : open.selectedKeys()) {
          if (key.isValid() && key.isReadable()) {
            ((SseProbe) key.attachment()).onReadable(buffer);
          }
        }
        open.selectedKeys().clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClosedSelectorException closedMeanwhile) {
      // The end.
    }
  }
}
