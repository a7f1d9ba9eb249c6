package dev.ssebridge.bench.fanout;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An event stream in a chunked HTTP/1.1 response. */
final class EventStreamParser implements StreamParser {
  private static final int MAX_LINE = 1 << 16;

  private enum State {
    HEAD,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    ENDED
  }

  private final MessageSink sink;
  private final int messageLength;
  private @Nullable HttpHead head = new HttpHead();
  private State state = State.HEAD;
  private int left;
  private byte[] line;
  private int lineLength;
  private long number = -1;
  private long nanos;

  EventStreamParser(MessageSink sink, int messageLength) {
    this.sink = sink;
    this.messageLength = messageLength;
    this.line = new byte[messageLength + 16];
  }

  @Override
  public void read(byte[] bytes, int length) {
    int at = 0;
    while (at < length) {
      switch (state) {
        case HEAD -> at = head(bytes, at, length);
        case CHUNK_SIZE -> size(bytes[at++]);
        case CHUNK -> {
          int end = Math.min(length, at + left);
          lines(bytes, at, end);
          left -= end - at;
          at = end;
          state = left == 0 ? State.CHUNK_END : State.CHUNK;
        }
        case CHUNK_END -> state = bytes[at++] == '\n' ? State.CHUNK_SIZE : State.CHUNK_END;
        case ENDED -> {
          sink.broken("the stream has ended");
          return;
        }
      }
    }
  }

  private int head(byte[] bytes, int from, int to) {
    HttpHead open = head;
    if (open == null) {
      throw new IllegalStateException("a second head");
    }
    int at = open.read(bytes, from, to);
    if (open.isComplete()) {
      if (open.status() != 200 || !open.isChunked()) {
        sink.broken("expected 200, chunked, got " + open);
      }
      head = null;
      state = State.CHUNK_SIZE;
      sink.ready();
    }
    return at;
  }

  private void size(byte b) {
    int digit = Character.digit(b, 16);
    if (digit >= 0) {
      left = left * 16 + digit;
    } else if (b == '\n') {
      state = left == 0 ? State.ENDED : State.CHUNK;
    } else if (b != '\r') {
      sink.broken("chunk size: byte " + b);
    }
  }

  private void lines(byte[] bytes, int from, int to) {
    int start = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        if (lineLength == 0) {
          line(bytes, start, i - start);
        } else {
          keep(bytes, start, i);
          line(line, 0, lineLength);
          lineLength = 0;
        }
        start = i + 1;
      }
    }
    keep(bytes, start, to);
  }

  private void keep(byte[] bytes, int from, int to) {
    int needed = lineLength + to - from;
    if (needed > MAX_LINE) {
      sink.broken("a line of over " + MAX_LINE + " bytes");
      return;
    }
    if (needed > line.length) {
      line = Arrays.copyOf(line, needed * 2);
    }
    System.arraycopy(bytes, from, line, lineLength, to - from);
    lineLength = needed;
  }

  private void line(byte[] bytes, int at, int length) {
    if (length == 0) {
      if (number >= 0) {
        sink.message(number, nanos);
        number = -1;
      }
      return;
    }
    if (length < 5 || bytes[at] != 'd' || bytes[at + 1] != 'a' || bytes[at + 4] != ':') {
      return; // id, retry, comments
    }
    int value = length > 5 && bytes[at + 5] == ' ' ? 6 : 5;
    if (number >= 0) {
      sink.broken("an event of two data lines");
    }
    number = Message.number(bytes, at + value, length - value, messageLength);
    if (number < 0) {
      sink.broken("unknown data: " + new String(bytes, at, length, StandardCharsets.UTF_8));
      return;
    }
    nanos = Message.nanos(bytes, at + value);
  }
}
