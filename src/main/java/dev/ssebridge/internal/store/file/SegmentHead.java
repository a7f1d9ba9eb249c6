package dev.ssebridge.internal.store.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * What a segment begins with.
 *
 * @param number which of the segments
 * @param salt what its checksums begin with
 * @param created wall-clock milliseconds
 */
record SegmentHead(long number, long salt, long created) {
  static final int BYTES = 40;
  static final short VERSION = 1;
  private static final byte[] MAGIC = "SSEBHIST".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKED = BYTES - Integer.BYTES;

  void write(Staging to) {
    ByteBuffer head = ByteBuffer.allocate(BYTES);
    head.put(MAGIC).putShort(VERSION).putShort((short) 0);
    head.putLong(number).putLong(salt).putLong(created);
    head.putInt(checksum(head.array()));
    to.putBytes(head.array());
  }

  /**
   * Reads it.
   *
   * @throws NewerVersionException where a later version of the format has written it
   * @throws IllegalArgumentException where it is none
   */
  static SegmentHead read(byte[] bytes) {
    ByteBuffer head = ByteBuffer.wrap(bytes);
    byte[] magic = new byte[MAGIC.length];
    head.get(magic);
    if (!java.util.Arrays.equals(magic, MAGIC)) {
      throw new IllegalArgumentException("it does not begin with SSEBHIST");
    }
    short version = head.getShort();
    if (version > VERSION && !isOfThisVersion(bytes)) {
      throw new NewerVersionException(version);
    }
    head.getShort();
    SegmentHead read = new SegmentHead(head.getLong(), head.getLong(), head.getLong());
    if (version != VERSION || head.getInt() != checksum(bytes)) {
      throw new IllegalArgumentException("the checksum of its head is wrong");
    }
    return read;
  }

  /** Whether its checksum says that this version was written, and the number was damaged later. */
  private static boolean isOfThisVersion(byte[] bytes) {
    byte[] written = bytes.clone();
    ByteBuffer head = ByteBuffer.wrap(written).putShort(MAGIC.length, VERSION);
    return head.getInt(CHECKED) == checksum(written);
  }

  private static int checksum(byte[] head) {
    CRC32C crc = new CRC32C();
    crc.update(head, 0, CHECKED);
    return (int) crc.getValue();
  }

  /** A later version of this program was here. */
  static final class NewerVersionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NewerVersionException(int version) {
      super(
          "it is of version " + version + " of the format; this program reads version " + VERSION);
    }
  }
}
