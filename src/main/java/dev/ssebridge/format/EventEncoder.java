package dev.ssebridge.format;

import dev.ssebridge.internal.eventstream.FrameBuffer;
import java.util.Objects;

/**
 * Encodes events in the event-stream format (WHATWG HTML, section 9.2.5): UTF-8 without a byte
 * order mark, LF as line end, a blank line at the end. Static, stateless, thread-safe; needs no
 * Vert.x.
 */
public final class EventEncoder {

  private EventEncoder() {}

  /**
   * One block of an event stream: comment, id, type, retry, own fields, data, and the blank line
   * that makes a reader dispatch it.
   *
   * <p>Data and comment are cut into lines at CRLF, CR and LF; a reader joins them with LF. A lone
   * surrogate becomes U+FFFD, so the result is always well-formed UTF-8.
   *
   * @return a new array with exactly these bytes
   */
  public static byte[] encode(ServerSentEvent event) {
    Objects.requireNonNull(event, "event");
    String data = event.data();
    FrameBuffer frame = new FrameBuffer(data == null ? 64 : 96 + data.length());
    if (event.comment() != null) {
      frame.comment(event.comment());
    }
    if (event.id() != null) {
      frame.id(event.id());
    }
    if (event.type() != null) {
      frame.type(event.type());
    }
    if (event.retry() >= 0) {
      frame.retry(event.retry());
    }
    event.fields().forEach(frame::field);
    if (data != null) {
      frame.data(data);
    }
    return frame.end().toByteArray();
  }
}
