package dev.ssebridge.internal.address;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.text.UnfitValueException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Percent-encoding of UTF-8 (RFC 3986, section 2.1), strict: nothing is repaired in silence. */
public final class PercentEncoding {
  private PercentEncoding() {}

  /**
   * The text that was encoded.
   *
   * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits,
   *     or what they write is not UTF-8
   */
  public static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] given = text.getBytes(UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(given.length);
    for (int i = 0; i < given.length; i++) {
      if (given[i] != '%') {
        bytes.write(given[i]);
        continue;
      }
      int high = i + 2 <= given.length - 1 ? Character.digit((char) given[i + 1], 16) : -1;
      int low = i + 2 <= given.length - 1 ? Character.digit((char) given[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw UnfitValueException.expected("two hexadecimal digits after each \"%\"", text);
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException malformed) {
      throw UnfitValueException.expected("percent-encoded UTF-8", text);
    }
  }

  /** Percent-encodes what is not ASCII. */
  public static String encodeNonAscii(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      if (b >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append(String.format("%%%02X", b & 0xff));
      }
    }
    return encoded.toString();
  }
}
