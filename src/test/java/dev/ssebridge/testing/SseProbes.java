package dev.ssebridge.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Opens streams, hundreds if need be, all read by one thread. */
public final class SseProbes implements AutoCloseable {
  private final List<SseProbe> opened = new CopyOnWriteArrayList<>();
  private final Exchanges exchanges;
  private int receiveBuffer;

  /** Over plain HTTP/1.1, each on a connection of its own. */
  public SseProbes() {
    this(Wire.HTTP_1);
  }

  /** Over this wire. */
  public SseProbes(Wire wire) {
    exchanges = Exchanges.over(wire, "sse-probes", this::wakeAll);
  }

  /**
   * Those opened from now on have a receive buffer of about so many bytes, or a window of so many
   * where they share a connection.
   */
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

  /** Sends this text, as UTF-8: a request of HTTP/1.1, or one that can be translated to HTTP/2. */
  public SseProbe raw(int port, String text) {
    SseProbe probe = new SseProbe(exchanges, port, receiveBuffer, text);
    opened.add(probe);
    return probe;
  }

  /** What they ask with. */
  Exchanges exchanges() {
    return exchanges;
  }

  /** Drops all connections. */
  @Override
  public void close() {
    for (SseProbe probe : opened) {
      probe.close();
    }
    exchanges.close();
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
