package dev.ssebridge.internal.store.file;

import java.nio.ByteBuffer;

/**
 * Texts as bytes and back, whatever they are: each unit of UTF-16 on its own, as UTF-8 would write
 * it (CESU-8). UTF-8 has no bytes for half a surrogate pair, and two names could become one.
 */
final class Texts {
  private Texts() {}

  /** Writes at a position, and returns the one after it. */
  static int encode(String text, byte[] to, int position) {
    int at = position;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        to[at++] = (byte) c;
      } else if (c < 0x800) {
        to[at++] = (byte) (0xC0 | (c >> 6));
        to[at++] = (byte) (0x80 | (c & 0x3F));
      } else {
        to[at++] = (byte) (0xE0 | (c >> 12));
        to[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        to[at++] = (byte) (0x80 | (c & 0x3F));
      }
    }
    return at;
  }

  /** Reads a text and its length before it. */
  static String decode(ByteBuffer from) {
    int length = from.getInt();
    int end = from.position() + length;
    if (length < 0 || end > from.limit()) {
      throw new IllegalArgumentException("a text of " + length + " bytes");
    }
    StringBuilder text = new StringBuilder(length);
    while (from.position() < end) {
      int b = from.get() & 0xFF;
      if (b < 0x80) {
        text.append((char) b);
      } else if (b < 0xE0) {
        text.append((char) (((b & 0x1F) << 6) | more(from)));
      } else {
        text.append((char) (((b & 0x0F) << 12) | (more(from) << 6) | more(from)));
      }
    }
    return text.toString();
  }

  private static int more(ByteBuffer from) {
    return from.get() & 0x3F;
  }
}
