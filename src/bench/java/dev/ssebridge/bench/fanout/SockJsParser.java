package dev.ssebridge.bench.fanout;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The raw WebSocket transport of the SockJS event-bus bridge. */
final class SockJsParser implements StreamParser {
  private static final byte[] BODY = "\"body\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DENIED = "\"access_denied\"".getBytes(StandardCharsets.US_ASCII);
  private static final int TEXT = 0x81;
  private static final int BINARY = 0x82;
  private static final int MAX_FRAME = 1 << 16;

  private final MessageSink sink;
  private final int messageLength;
  private final byte[] greeting;
  private final HttpHead head = new HttpHead();
  private final byte[] frame;
  private int kept;
  private boolean open;
  private boolean registered;

  SockJsParser(MessageSink sink, int messageLength, String address) {
    this.sink = sink;
    this.messageLength = messageLength;
    this.frame = new byte[messageLength + 256];
    // The refusal of the second says that the first is done.
    this.greeting =
        concat(
            masked("{\"type\":\"register\",\"address\":\"" + address + "\"}"),
            masked("{\"type\":\"send\",\"address\":\"unknown\"}"));
  }

  @Override
  public void read(byte[] bytes, int length) {
    int at = 0;
    if (!open) {
      at = head.read(bytes, 0, length);
      if (!head.isComplete()) {
        return;
      }
      open = true;
      if (head.status() != 101) {
        sink.broken("expected 101, got " + head);
        return;
      }
      sink.send(greeting);
    }
    while (at < length) {
      if (kept == 0 && length - at >= size(bytes, at, length - at)) {
        int size = size(bytes, at, length - at);
        frame(bytes, at, size);
        at += size;
      } else {
        frame[kept++] = bytes[at++];
        if (kept == size(frame, 0, kept)) {
          frame(frame, 0, kept);
          kept = 0;
        } else if (kept == frame.length) {
          sink.broken("a frame of over " + kept + " bytes");
          return;
        }
      }
    }
  }

  /** The size of the frame, or more than is there where that cannot be known yet. */
  private int size(byte[] bytes, int at, int available) {
    if (available < 4) {
      return available >= 2 && (bytes[at + 1] & 0x7f) < 2 ? 2 + bytes[at + 1] : 4;
    }
    int length = bytes[at + 1] & 0x7f;
    if (length == 127) {
      return MAX_FRAME;
    }
    return length < 126 ? 2 + length : 4 + ((bytes[at + 2] & 0xff) << 8) + (bytes[at + 3] & 0xff);
  }

  private void frame(byte[] bytes, int at, int size) {
    int payload = (bytes[at + 1] & 0x7f) < 126 ? 2 : 4;
    int body = find(BODY, bytes, at + payload, at + size);
    int kind = bytes[at] & 0xff;
    if (kind != TEXT && kind != BINARY) {
      sink.broken("a frame of kind " + kind);
    } else if (!registered && find(DENIED, bytes, at + payload, at + size) >= 0) {
      registered = true;
      sink.ready();
    } else if (body >= 0) {
      int message = body + BODY.length;
      int length = at + size - message - 2; // "}
      long number = Message.number(bytes, message, length, messageLength);
      if (number < 0) {
        sink.broken("unknown body: " + text(bytes, at + payload, size - payload));
      } else {
        sink.message(number, Message.nanos(bytes, message));
      }
    } else {
      sink.broken("unknown frame: " + text(bytes, at + payload, size - payload));
    }
  }

  private static int find(byte[] wanted, byte[] bytes, int from, int to) {
    for (int at = from; at + wanted.length <= to; at++) {
      int i = 0;
      while (i < wanted.length && bytes[at + i] == wanted[i]) {
        i++;
      }
      if (i == wanted.length) {
        return at;
      }
    }
    return -1;
  }

  /** A client masks what it sends, RFC 6455 section 5.3; a mask of zeros changes nothing. */
  private static byte[] masked(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    byte[] header = {(byte) TEXT, (byte) (0x80 | utf8.length), 0, 0, 0, 0};
    return concat(header, utf8);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static String text(byte[] bytes, int at, int length) {
    return new String(bytes, at, length, StandardCharsets.UTF_8);
  }
}
