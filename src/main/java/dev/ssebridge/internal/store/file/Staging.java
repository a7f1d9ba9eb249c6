package dev.ssebridge.internal.store.file;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes that are to be written at once: records, each with its length and checksum. It grows with
 * what is put into it, and shrinks when it is emptied. Not thread-safe.
 */
final class Staging {
  private static final int USUAL = 256 * 1024;
  private static final int HEAD = 2 * Integer.BYTES;

  private final Checksums checksums = new Checksums();
  private byte[] bytes = new byte[USUAL];
  private ByteBuffer view = ByteBuffer.wrap(bytes);
  private int size;
  private int record;

  int size() {
    return size;
  }

  void clear() {
    size = 0;
    if (bytes.length > 16 * USUAL) {
      bytes = new byte[USUAL];
      view = ByteBuffer.wrap(bytes);
    }
  }

  /** Takes back what was put in after this size. */
  void shrink(int to) {
    size = to;
  }

  ByteBuffer content() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  /** Begins a record. */
  void begin(byte type) {
    record = size;
    ensure(HEAD + 1);
    size += HEAD;
    putByte(type);
  }

  /** Ends it: a checksum over the salt of its segment, its length and its body. */
  void end(long salt) {
    int length = size - record - HEAD;
    view.putInt(record, length);
    view.putInt(record + Integer.BYTES, checksums.of(salt, length, bytes, record + HEAD));
  }

  void putByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  void putShort(int value) {
    ensure(Short.BYTES);
    view.putShort(size, (short) value);
    size += Short.BYTES;
  }

  void putInt(int value) {
    ensure(Integer.BYTES);
    view.putInt(size, value);
    size += Integer.BYTES;
  }

  void putLong(long value) {
    ensure(Long.BYTES);
    view.putLong(size, value);
    size += Long.BYTES;
  }

  void putBytes(byte[] value) {
    ensure(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  void putBytes(ByteBuffer value) {
    int length = value.remaining();
    ensure(length);
    value.get(bytes, size, length);
    size += length;
  }

  /** A text and its length before it. */
  void putText(String value) {
    ensure(Integer.BYTES + 3 * value.length());
    int at = size;
    size = Texts.encode(value, bytes, at + Integer.BYTES);
    view.putInt(at, size - at - Integer.BYTES);
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      // An int overflows at 2 GiB, which is more than an append may have.
      bytes =
          Arrays.copyOf(
              bytes, Math.max(size + more, (int) Math.min(2L * size, Integer.MAX_VALUE - 8)));
      view = ByteBuffer.wrap(bytes);
    }
  }
}
