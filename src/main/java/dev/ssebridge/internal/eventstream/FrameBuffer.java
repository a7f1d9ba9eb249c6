package dev.ssebridge.internal.eventstream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A reusable array in which frames are written field by field (WHATWG HTML, section 9.2.5). Text is
 * escaped here and nowhere else: data and comments are cut into lines at CRLF, CR and LF, anything
 * else that would break its line is refused, and what comes out is well-formed UTF-8 whatever goes
 * in. Allocates nothing once the array has grown to the largest frame. Not thread-safe.
 */
public final class FrameBuffer {
  private static final byte[] DATA = ascii("data: ");
  private static final byte[] EVENT = ascii("event: ");
  private static final byte[] ID = ascii("id: ");
  private static final byte[] EMPTY_ID = ascii("id:\n");
  private static final byte[] RETRY = ascii("retry: ");
  private static final byte[] COMMENT = ascii(": ");
  private static final byte[] NOTHING = {};
  private static final int MAX_LONG_DIGITS = 20;

  private static final int KEPT_BYTES = 256 << 10;

  /** Below this many characters a plain loop is faster. */
  private static final int WORTH_VECTORS = 32;

  private byte[] bytes;
  private int length;
  private byte[] uncut = NOTHING;
  private @Nullable Utf8Encoder encoder;

  /** An empty buffer with room for this many bytes. */
  public FrameBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  /**
   * Writes the id; "" resets the reader's last event id.
   *
   * @throws IllegalArgumentException if it holds CR, LF or NUL; nothing is written then
   */
  public FrameBuffer id(String id) {
    if (id.indexOf(0) >= 0) {
      throw new IllegalArgumentException("id: expected one line without NUL");
    }
    if (id.isEmpty()) {
      put(EMPTY_ID);
      return this;
    }
    return line("id", ID, id);
  }

  /** Writes the id {@code <epoch>-<sequence>}. */
  public FrameBuffer id(String epoch, long sequence) {
    int begin = length;
    put(ID);
    oneLine("id", epoch, begin);
    reserve(MAX_LONG_DIGITS + 2);
    bytes[length++] = '-';
    digits(sequence);
    bytes[length++] = '\n';
    return this;
  }

  /**
   * Writes the type.
   *
   * @throws IllegalArgumentException if it holds CR or LF; nothing is written then
   */
  public FrameBuffer type(String type) {
    return line("type", EVENT, type);
  }

  /** Writes the reconnection time in milliseconds, 0 or more. */
  public FrameBuffer retry(long millis) {
    if (millis < 0) {
      throw new IllegalArgumentException("retry: expected 0 or more milliseconds, got " + millis);
    }
    put(RETRY);
    reserve(MAX_LONG_DIGITS + 1);
    digits(millis);
    bytes[length++] = '\n';
    return this;
  }

  /** Writes comment lines, {@code : text}. */
  public FrameBuffer comment(String text) {
    return lines(COMMENT, text);
  }

  /**
   * Writes an own field; the name must have been checked, as {@code ServerSentEvent} does.
   *
   * @throws IllegalArgumentException if name or value hold CR or LF; nothing is written then
   */
  public FrameBuffer field(String name, String value) {
    int begin = length;
    oneLine("field name", name, begin);
    put((byte) ':');
    put((byte) ' ');
    oneLine(name, value, begin);
    put((byte) '\n');
    return this;
  }

  /** Writes data lines; "" makes one. */
  public FrameBuffer data(String data) {
    return lines(DATA, data);
  }

  /** Writes data lines from UTF-8; what is not well-formed is written as U+FFFD. */
  public FrameBuffer data(byte[] utf8, int offset, int size) {
    return Utf8.isWellFormed(utf8, offset, size)
        ? lines(DATA, utf8, offset, size)
        : data(new Utf8Decoder().text(utf8, offset, size));
  }

  /** Writes what was written in another buffer before: whole lines. */
  public FrameBuffer lines(byte[] written) {
    put(written);
    return this;
  }

  /** Writes the blank line that completes the frame. */
  public FrameBuffer end() {
    put((byte) '\n');
    return this;
  }

  /** The array itself; the frame is its first {@link #length()} bytes, until the next call. */
  public byte[] array() {
    return bytes;
  }

  /** How many bytes are written. */
  public int length() {
    return length;
  }

  /** A copy of what is written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** Forgets what is written; the room stays, unless it is uncommonly large. */
  public FrameBuffer clear() {
    length = 0;
    if (bytes.length > KEPT_BYTES) {
      bytes = NOTHING;
      encoder = null;
    }
    if (uncut.length > KEPT_BYTES) {
      uncut = NOTHING;
    }
    return this;
  }

  private FrameBuffer line(String what, byte[] prefix, String value) {
    int begin = length;
    put(prefix);
    oneLine(what, value, begin);
    put((byte) '\n');
    return this;
  }

  private void oneLine(String what, String value, int begin) {
    int from = length;
    text(value);
    if (LineDecoder.lineEnd(bytes, from, length) < length) {
      length = begin;
      throw new IllegalArgumentException(what + ": expected one line without CR and LF");
    }
  }

  /** Most text has one line only, so it is written first and cut afterwards. */
  private FrameBuffer lines(byte[] prefix, String text) {
    int begin = length;
    put(prefix);
    int from = length;
    text(text);
    if (LineDecoder.lineEnd(bytes, from, length) == length) {
      put((byte) '\n');
      return this;
    }
    int size = length - from;
    if (uncut.length < size) {
      uncut = new byte[Math.max(size, Math.min(2 * uncut.length, KEPT_BYTES))];
    }
    System.arraycopy(bytes, from, uncut, 0, size);
    length = begin;
    return lines(prefix, uncut, 0, size);
  }

  private FrameBuffer lines(byte[] prefix, byte[] utf8, int offset, int size) {
    int end = offset + size;
    int from = offset;
    while (true) {
      int lineEnd = LineDecoder.lineEnd(utf8, from, end);
      put(prefix);
      put(utf8, from, lineEnd - from);
      put((byte) '\n');
      if (lineEnd == end) {
        return this;
      }
      from = lineEnd + 1;
      if (utf8[lineEnd] == '\r' && from < end && utf8[from] == '\n') {
        from++;
      }
    }
  }

  private void text(String text) {
    int size = text.length();
    reserve(size);
    int done = size < WORTH_VECTORS ? shortAscii(text) : encoder().encodeAscii(text, bytes, length);
    length += done;
    if (done < size) {
      reserve(Math.multiplyExact(3, size - done));
      length = encoder().encodeAny(text, done, bytes, length);
    }
  }

  private int shortAscii(String text) {
    int size = text.length();
    for (int i = 0; i < size; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return i;
      }
      bytes[length + i] = (byte) c;
    }
    return size;
  }

  private Utf8Encoder encoder() {
    if (encoder == null) {
      encoder = new Utf8Encoder();
    }
    return encoder;
  }

  private void digits(long number) {
    int begin = length;
    long rest = number;
    do {
      bytes[length++] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
    } while (rest != 0);
    for (int i = begin, j = length - 1; i < j; i++, j--) {
      byte swapped = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swapped;
    }
  }

  private void put(byte b) {
    reserve(1);
    bytes[length++] = b;
  }

  private void put(byte[] source) {
    put(source, 0, source.length);
  }

  private void put(byte[] source, int offset, int size) {
    reserve(size);
    System.arraycopy(source, offset, bytes, length, size);
    length += size;
  }

  private void reserve(int more) {
    int needed = Math.addExact(length, more);
    if (needed > bytes.length) {
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(Integer.MAX_VALUE - 64, Math.max(needed, 2L * bytes.length)));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
