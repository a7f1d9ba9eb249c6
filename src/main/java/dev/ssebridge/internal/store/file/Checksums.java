package dev.ssebridge.internal.store.file;

import java.util.zip.CRC32C;

/**
 * What the checksums of a segment begin with. Its salt is a number that only the segment knows: so
 * nothing that a publisher sends, and nothing that another file has left on the disk, can look like
 * a record of it.
 */
final class Checksums {
  private Checksums() {}

  static void salt(CRC32C crc, long salt, int length) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      crc.update((int) (salt >>> shift));
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
      crc.update(length >>> shift);
    }
  }
}
