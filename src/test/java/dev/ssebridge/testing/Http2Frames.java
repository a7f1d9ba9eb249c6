package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Frames of HTTP/2 as a client sends them (RFC 9113, section 4), written by hand. */
public final class Http2Frames {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final byte CANCEL = 8;
  private static final byte INITIAL_WINDOW_SIZE = 4;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int END_STREAM_AND_HEADERS = END_STREAM | END_HEADERS;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int stream = 1;

  /** What begins a connection, with a window for all there is. */
  public byte[] preface() {
    out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
    frame(WINDOW_UPDATE, 0, 0, new byte[] {0x7f, 0, 0, 0});
    return taken();
  }

  /** What begins a connection, with no window at all for the body of any stream. */
  public byte[] closedPreface() {
    out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(SETTINGS, 0, 0, new byte[] {0, INITIAL_WINDOW_SIZE, 0, 0, 0, 0});
    return taken();
  }

  /** That of the next request. */
  public int nextStream() {
    return stream;
  }

  /** So many requests, each a stream; a character of the path is a byte. */
  public byte[] requests(String method, String path, int count) {
    return requests(method, path, "localhost", count);
  }

  /** The same with this authority, or none. */
  public byte[] requests(String method, String path, @Nullable String authority, int count) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    literal(block, 2, method);
    block.write(0x86); // http
    literal(block, 4, path);
    if (authority != null) {
      literal(block, 1, authority);
    }
    for (int i = 0; i < count; i++) {
      frame(HEADERS, END_STREAM_AND_HEADERS, stream, block.toByteArray());
      stream += 2;
    }
    return taken();
  }

  /** Takes the last so many requests back. */
  public byte[] resets(int count) {
    for (int id = stream - 2 * count; id < stream; id += 2) {
      frame(RST_STREAM, 0, id, new byte[] {0, 0, 0, CANCEL});
    }
    return taken();
  }

  /** A request of these fields, with a body and trailers if there are any. */
  public byte[] request(Http2Fields fields, String body, @Nullable Http2Fields trailers) {
    boolean bare = body.isEmpty() && trailers == null;
    frame(HEADERS, bare ? END_STREAM_AND_HEADERS : END_HEADERS, stream, fields.bytes());
    if (!body.isEmpty()) {
      frame(DATA, trailers == null ? END_STREAM : 0, stream, body.getBytes(ISO_8859_1));
    }
    if (trailers != null) {
      frame(HEADERS, END_STREAM_AND_HEADERS, stream, trailers.bytes());
    }
    stream += 2;
    return taken();
  }

  /** So many pings. */
  public byte[] pings(int count) {
    for (int i = 0; i < count; i++) {
      frame(PING, 0, 0, new byte[8]);
    }
    return taken();
  }

  /** So many settings, none in each. */
  public byte[] settings(int count) {
    for (int i = 0; i < count; i++) {
      frame(SETTINGS, 0, 0, new byte[0]);
    }
    return taken();
  }

  /** RFC 7541, section 6.2.2: not indexed, with the name of the static table. */
  private static void literal(ByteArrayOutputStream block, int name, String value) {
    block.write(name);
    block.write(value.length());
    block.writeBytes(value.getBytes(ISO_8859_1));
  }

  private void frame(int type, int flags, int id, byte[] payload) {
    out.write(payload.length >> 16);
    out.write(payload.length >> 8);
    out.write(payload.length);
    out.write(type);
    out.write(flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(id >> shift);
    }
    out.writeBytes(payload);
  }

  private byte[] taken() {
    byte[] bytes = out.toByteArray();
    out.reset();
    return bytes;
  }
}
