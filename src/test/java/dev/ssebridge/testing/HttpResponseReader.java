package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads one HTTP/1.1 response, RFC 9112: head, interim responses, and the three kinds of body. */
final class HttpResponseReader {
  private final boolean headOnly;
  private final Body body;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder lines = new StringBuilder();
  private State state = State.HEAD;
  private @Nullable String head;
  private @Nullable String interim;
  private @Nullable Supplier<HttpResponseReader> following;
  private long left;

  private enum State {
    HEAD,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER,
    LENGTH,
    UNTIL_CLOSE,
    COMPLETE
  }

  /** Takes the decoded body. */
  interface Body {
    void onBytes(byte[] bytes, int offset, int length);
  }

  HttpResponseReader(boolean headOnly, Body body) {
    this.headOnly = headOnly;
    this.body = body;
  }

  @Nullable String head() {
    return head;
  }

  @Nullable String interim() {
    return interim;
  }

  boolean isComplete() {
    return state == State.COMPLETE;
  }

  /** What comes behind the end is for another reader. */
  void then(Supplier<HttpResponseReader> next) {
    following = next;
  }

  void onDisconnect() {
    if (state == State.UNTIL_CLOSE) {
      state = State.COMPLETE;
    }
  }

  void read(byte[] bytes, int count) {
    int at = 0;
    while (at < count) {
      switch (state) {
        case CHUNK, LENGTH, UNTIL_CLOSE -> {
          int length = (int) Math.min(left, count - at);
          body.onBytes(bytes, at, length);
          at += length;
          left -= length;
          if (left == 0) {
            state = state == State.CHUNK ? State.CHUNK_END : State.COMPLETE;
          }
        }
        case COMPLETE -> {
          if (following == null) {
            throw new AssertionError("bytes behind the end of the response");
          }
          following.get().read(Arrays.copyOfRange(bytes, at, count), count - at);
          return;
        }
        default -> {
          byte next = bytes[at++];
          if (next == '\n') {
            onLine(line.toString(ISO_8859_1).replace("\r", ""));
            line.reset();
          } else {
            line.write(next);
          }
        }
      }
    }
  }

  private void onLine(String text) {
    switch (state) {
      case HEAD -> onHeadLine(text);
      case CHUNK_SIZE -> {
        left = Long.parseLong(text.split(";", 2)[0].trim(), 16);
        state = left == 0 ? State.TRAILER : State.CHUNK;
      }
      case CHUNK_END -> state = State.CHUNK_SIZE;
      case TRAILER -> state = text.isEmpty() ? State.COMPLETE : State.TRAILER;
      default -> throw new AssertionError(state + ": " + text);
    }
  }

  private void onHeadLine(String text) {
    if (!text.isEmpty()) {
      lines.append(text).append("\r\n");
      return;
    }
    String whole = lines.toString();
    lines.setLength(0);
    int status = Integer.parseInt(whole.split(" ", 3)[1]);
    if (status < 200) {
      interim = whole;
      return;
    }
    head = whole;
    String lower = whole.toLowerCase(Locale.ROOT);
    int length = lower.indexOf("\r\ncontent-length:");
    if (headOnly || status == 204 || status == 304) {
      state = State.COMPLETE;
    } else if (lower.contains("\r\ntransfer-encoding: chunked")) {
      state = State.CHUNK_SIZE;
    } else if (length >= 0) {
      int begin = length + "\r\ncontent-length:".length();
      left = Long.parseLong(lower.substring(begin, lower.indexOf("\r\n", begin)).trim());
      state = left == 0 ? State.COMPLETE : State.LENGTH;
    } else {
      left = Long.MAX_VALUE;
      state = State.UNTIL_CLOSE;
    }
  }
}
