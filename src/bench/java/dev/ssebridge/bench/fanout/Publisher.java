package dev.ssebridge.bench.fanout;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Posts messages over one HTTP/1.1 connection, pipelined. */
final class Publisher {
  private final SocketChannel channel;
  private final byte[] request;
  private final int messageAt;
  private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 18);
  private final HttpHead head = new HttpHead();
  private int bodyLeft;
  private int unanswered;

  Publisher(InetSocketAddress server, String path, int messageLength, Selector selector)
      throws IOException {
    channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, this);
    byte[] start =
        ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n")
            .concat("Content-Length: " + messageLength + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    messageAt = start.length;
    request = Arrays.copyOf(start, start.length + messageLength);
  }

  boolean hasRoom() {
    return out.remaining() >= request.length;
  }

  /** Posts a message with the next flush. */
  void publish(long number, long nanos) {
    Message.write(request, messageAt, request.length - messageAt, number, nanos);
    out.put(request);
    unanswered++;
  }

  /** Returns whether everything could be written. */
  boolean flush() throws IOException {
    if (out.position() == 0) {
      return true;
    }
    out.flip();
    channel.write(out);
    boolean all = !out.hasRemaining();
    out.compact();
    return all;
  }

  /** Reads what there is of the answers, through buffers that are shared. */
  void read(ByteBuffer buffer, byte[] bytes, Tally tally) throws IOException {
    buffer.clear();
    int length = channel.read(buffer);
    if (length < 0) {
      tally.broken("the server closed the publisher's connection");
      return;
    }
    buffer.flip();
    buffer.get(bytes, 0, length);
    int at = 0;
    while (at < length) {
      if (bodyLeft > 0) {
        int skipped = Math.min(bodyLeft, length - at);
        bodyLeft -= skipped;
        at += skipped;
      } else {
        at = head.read(bytes, at, length);
        if (head.isComplete()) {
          answered(tally);
        }
      }
    }
  }

  private void answered(Tally tally) {
    unanswered--;
    if (head.status() / 100 != 2 || head.isChunked()) {
      tally.broken("expected 2xx with a length for a POST, got " + head);
    }
    bodyLeft = head.contentLength();
    head.clear();
  }

  int unanswered() {
    return unanswered;
  }

  void close() throws IOException {
    channel.close();
  }
}
