package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;

/** The header block of a request of HTTP/2, with any fields there can be in one. */
public final class Http2Fields {
  private static final int PREFIX = 127;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A request of a path, whose authority is {@code localhost}. */
  public static Http2Fields of(String method, String path) {
    return ofNobody(method, path).add(":authority", "localhost");
  }

  /** The same without an authority. */
  public static Http2Fields ofNobody(String method, String path) {
    return new Http2Fields().add(":method", method).add(":scheme", "http").add(":path", path);
  }

  /** RFC 7541, section 6.2.2: not indexed, with a new name; a character is a byte. */
  public Http2Fields add(String name, String value) {
    out.write(0);
    text(name);
    text(value);
    return this;
  }

  /** The same in bytes. */
  public byte[] bytes() {
    return out.toByteArray();
  }

  /** RFC 7541, sections 5.1 and 5.2. */
  private void text(String text) {
    int left = text.length();
    if (left < PREFIX) {
      out.write(left);
    } else {
      out.write(PREFIX);
      for (left -= PREFIX; left >= 128; left >>= 7) {
        out.write((left & 0x7f) | 0x80);
      }
      out.write(left);
    }
    out.writeBytes(text.getBytes(ISO_8859_1));
  }
}
