package dev.ssebridge.internal.eventstream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * "UTF-8 decode without BOM" of the WHATWG Encoding standard: every maximal subpart of an
 * ill-formed sequence becomes one U+FFFD, never an exception, never eating a byte that begins
 * something else. The class library does the same but for encoded surrogates (one U+FFFD for three
 * bytes, the standard says three); so its result is taken unless U+FFFD occurs in it. Not
 * thread-safe.
 */
public final class Utf8Decoder {
  private static final char REPLACEMENT = '\uFFFD';

  /** Names up to this size are remembered, so that a type that recurs is made only once. */
  private static final int MAX_NAME_BYTES = 48;

  private static final int NAMES = 16;

  private final byte[][] nameBytes = new byte[NAMES][];
  private final String[] names = new String[NAMES];
  private boolean malformed;

  /** Whether the bytes of the last result were ill-formed. */
  public boolean malformed() {
    return malformed;
  }

  /** These bytes as text. */
  public String text(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
    malformed = false;
    return text.indexOf(REPLACEMENT) < 0 ? text : byStandard(bytes, offset, length);
  }

  /** These bytes as text, the same instance again for the names used last. */
  public String name(byte[] bytes, int offset, int length) {
    if (length == 0 || length > MAX_NAME_BYTES) {
      return text(bytes, offset, length);
    }
    int end = offset + length;
    int slot = (bytes[offset] * 31 + bytes[end - 1] * 7 + length) & (NAMES - 1);
    byte[] known = nameBytes[slot];
    if (known != null && Arrays.equals(known, 0, known.length, bytes, offset, end)) {
      malformed = false;
      return names[slot];
    }
    String name = text(bytes, offset, length);
    if (!malformed) {
      nameBytes[slot] = Arrays.copyOfRange(bytes, offset, end);
      names[slot] = name;
    }
    return name;
  }

  private String byStandard(byte[] bytes, int offset, int length) {
    StringBuilder text = new StringBuilder(length);
    int end = offset + length;
    for (int at = offset; at < end; ) {
      int size = Utf8.sequenceLength(bytes, at, end);
      if (size > 0) {
        text.appendCodePoint(Utf8.codePoint(bytes, at, size));
        at += size;
      } else {
        malformed = true;
        text.append(REPLACEMENT);
        at -= size;
      }
    }
    return text.toString();
  }
}
