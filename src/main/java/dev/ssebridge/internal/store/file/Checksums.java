package dev.ssebridge.internal.store.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksums of records: over the salt of their segment, their length and their body. The salt
 * is a number that only the segment knows: so nothing that a publisher sends, and nothing that
 * another file has left on the disk, can look like a record of it. Not thread-safe.
 */
final class Checksums {
  private final CRC32C crc = new CRC32C();
  private final byte[] head = new byte[Long.BYTES + Integer.BYTES];
  private final ByteBuffer view = ByteBuffer.wrap(head);

  int of(long salt, int length, byte[] bytes, int from) {
    view.putLong(0, salt);
    view.putInt(Long.BYTES, length);
    crc.reset();
    crc.update(head, 0, head.length);
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
