package dev.ssebridge.internal.eventstream;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Writes text into an array as UTF-8, without garbage; a lone surrogate becomes U+FFFD (WHATWG
 * Encoding, section 8.1.2, with the scalar value conversion before it). ASCII goes through the
 * ISO-8859-1 encoder since that is the one the JVM has vector code for: ten times as fast as a loop
 * over the characters, and as fast as {@code String.getBytes}. Not thread-safe.
 */
final class Utf8Encoder {
  private static final int PIECE = 1024;

  private final CharsetEncoder latin1 = StandardCharsets.ISO_8859_1.newEncoder();
  private CharBuffer chars = CharBuffer.allocate(0);
  private ByteBuffer target = ByteBuffer.allocate(0);

  /**
   * Writes up to the first character that is not ASCII; there must be room for one byte per
   * character, and behind what is written the array may hold anything.
   *
   * @return how many characters were written
   */
  int encodeAscii(String text, byte[] bytes, int at) {
    int size = text.length();
    reserve(size);
    if (target.array() != bytes) {
      target = ByteBuffer.wrap(bytes);
    }
    int done = 0;
    while (done < size) {
      int piece = Math.min(size - done, chars.capacity());
      text.getChars(done, done + piece, chars.array(), 0);
      int from = at + done;
      latin1.encode(
          chars.position(0).limit(piece), target.limit(from + piece).position(from), true);
      int ascii = Utf8.asciiEnd(bytes, from, target.position()) - from;
      done += ascii;
      if (ascii < piece) {
        return done;
      }
    }
    return done;
  }

  /**
   * Writes a text from some index on; there must be room for three bytes per character.
   *
   * @return the index behind the last byte
   */
  int encodeAny(String text, int begin, byte[] bytes, int at) {
    int size = text.length();
    reserve(size - begin);
    char[] piece = chars.array();
    int next = at;
    int done = begin;
    while (done < size) {
      int end = Math.min(size, done + piece.length);
      if (end < size && Character.isHighSurrogate(text.charAt(end - 1)) && end - done > 1) {
        end--; // so that no pair lies on the border of two pieces
      }
      text.getChars(done, end, piece, 0);
      next = encode(piece, end - done, bytes, next);
      done = end;
    }
    return next;
  }

  private void reserve(int size) {
    if (chars.capacity() < PIECE && chars.capacity() < size) {
      chars = CharBuffer.allocate(Math.min(PIECE, size));
    }
  }

  private static int encode(char[] chars, int size, byte[] bytes, int at) {
    int next = at;
    for (int i = 0; i < size; i++) {
      char c = chars[i];
      if (c < 0x80) {
        bytes[next++] = (byte) c;
      } else if (c < 0x800) {
        bytes[next++] = (byte) (0xC0 | (c >> 6));
        bytes[next++] = (byte) (0x80 | (c & 0x3F));
      } else if (!Character.isSurrogate(c)) {
        next = encodeThree(c, bytes, next);
      } else if (i + 1 < size && Character.isSurrogatePair(c, chars[i + 1])) {
        int point = Character.toCodePoint(c, chars[++i]);
        bytes[next++] = (byte) (0xF0 | (point >> 18));
        bytes[next++] = (byte) (0x80 | ((point >> 12) & 0x3F));
        bytes[next++] = (byte) (0x80 | ((point >> 6) & 0x3F));
        bytes[next++] = (byte) (0x80 | (point & 0x3F));
      } else {
        next = encodeThree('\uFFFD', bytes, next);
      }
    }
    return next;
  }

  private static int encodeThree(char c, byte[] bytes, int at) {
    bytes[at] = (byte) (0xE0 | (c >> 12));
    bytes[at + 1] = (byte) (0x80 | ((c >> 6) & 0x3F));
    bytes[at + 2] = (byte) (0x80 | (c & 0x3F));
    return at + 3;
  }
}
