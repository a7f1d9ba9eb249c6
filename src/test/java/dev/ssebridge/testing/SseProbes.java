package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Opens raw HTTP/1.1 connections, hundreds if need be, all read by one thread. */
public final class SseProbes implements AutoCloseable {
  private final List<SseProbe> opened = new CopyOnWriteArrayList<>();
  private final ReadingThread thread = new ReadingThread("sse-probes", this::wakeAll);
  private int receiveBuffer;

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
      thread.execute(() -> thread.register(channel, probe));
      return probe;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The thread that reads them all. */
  ReadingThread thread() {
    return thread;
  }

  /** Drops all connections. */
  @Override
  public void close() {
    for (SseProbe probe : opened) {
      probe.close();
    }
    thread.close();
  }

  /** Whoever waits looks again, and finds the failure. */
  private void wakeAll() {
    for (SseProbe probe : opened) {
      synchronized (probe) {
        probe.notifyAll();
      }
    }
  }
}
