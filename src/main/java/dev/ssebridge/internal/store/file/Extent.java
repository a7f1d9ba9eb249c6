package dev.ssebridge.internal.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** A block as it was when somebody looked, to be read without a lock. */
record Extent(Segment segment, long offset, int length, long first, long last) {

  static Extent of(Block block) {
    return new Extent(block.segment(), block.offset(), block.length(), block.first(), block.last());
  }

  /**
   * Reads the events of a channel in it.
   *
   * @throws Segment.GoneException where they are kept no more
   * @throws IOException where they cannot be read, or are damaged
   */
  List<ReadEvent> read(int channel) throws IOException {
    byte[] bytes = bytes();
    ByteBuffer records = ByteBuffer.wrap(bytes);
    Checksums checksums = new Checksums();
    List<ReadEvent> events = new ArrayList<>();
    while (records.remaining() > 2 * Integer.BYTES) {
      long at = offset + records.position();
      int size = records.getInt();
      int checksum = records.getInt();
      if (size < 1 || size > records.remaining()) {
        throw damaged(at);
      }
      ByteBuffer body = records.slice(records.position(), size);
      int from = records.position();
      records.position(from + size);
      if (body.get() != RecordType.EVENT) {
        continue;
      }
      Records.EventHead event = Records.EventHead.read(body);
      if (event.channel() != channel || event.sequence() < first || event.sequence() > last) {
        continue;
      }
      if (checksums.of(segment.salt(), size, bytes, from) != checksum) {
        throw damaged(at);
      }
      events.add(new ReadEvent(event.sequence(), event.event()));
    }
    return events;
  }

  private byte[] bytes() throws IOException {
    FileChannel channel = segment.reader();
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw damaged(offset + bytes.position());
      }
    }
    return bytes.array();
  }

  private IOException damaged(long at) {
    return new IOException(segment + " is damaged at " + at + "; history verify tells more");
  }
}
