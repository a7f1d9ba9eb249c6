package dev.ssebridge.bench.fanout;

import java.nio.charset.StandardCharsets;

/** Collects the head of an HTTP/1.1 response, in lower case. */
final class HttpHead {
  private static final byte[] CONTENT_LENGTH =
      "\r\ncontent-length:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNKED =
      "\r\ntransfer-encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int STATUS_AT = "HTTP/1.1 ".length();

  private final byte[] head = new byte[4096];
  private int length;
  private boolean complete;

  /** Takes what belongs to the head; returns where the rest begins. */
  int read(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && !complete) {
      byte b = bytes[at++];
      head[length++] = b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
      complete = b == '\n' && length > 3 && head[length - 3] == '\n';
      if (length == head.length) {
        throw new IllegalStateException("a response head of over " + length + " bytes");
      }
    }
    return at;
  }

  boolean isComplete() {
    return complete;
  }

  int status() {
    return (head[STATUS_AT] - '0') * 100
        + (head[STATUS_AT + 1] - '0') * 10
        + (head[STATUS_AT + 2] - '0');
  }

  boolean isChunked() {
    return find(CHUNKED) >= 0;
  }

  /** 0 where there is none. */
  int contentLength() {
    int at = find(CONTENT_LENGTH);
    if (at < 0) {
      return 0;
    }
    int value = 0;
    for (int i = at + CONTENT_LENGTH.length; head[i] != '\r'; i++) {
      value = head[i] == ' ' ? value : value * 10 + head[i] - '0';
    }
    return value;
  }

  /** Begins with the next response. */
  void clear() {
    length = 0;
    complete = false;
  }

  @Override
  public String toString() {
    return new String(head, 0, length, StandardCharsets.US_ASCII);
  }

  private int find(byte[] wanted) {
    for (int at = 0; at + wanted.length <= length; at++) {
      int i = 0;
      while (i < wanted.length && head[at + i] == wanted[i]) {
        i++;
      }
      if (i == wanted.length) {
        return at;
      }
    }
    return -1;
  }
}
