package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.fanout.Batch;
import io.netty.buffer.ByteBuf;

/** One chunk of the chunked transfer coding (RFC 9112, section 7.1). */
final class ChunkFraming implements Batch.Framing {
  static final ChunkFraming INSTANCE = new ChunkFraming();

  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private ChunkFraming() {}

  /** {@code chunk-size CRLF chunk-data CRLF}; the size is written backwards from its end. */
  @Override
  public ByteBuf frame(ByteBuf memory) {
    int begin = memory.readerIndex();
    int end = memory.writerIndex();
    memory.setByte(end, '\r').setByte(end + 1, '\n');
    memory.setByte(--begin, '\n').setByte(--begin, '\r');
    for (int size = end - memory.readerIndex(); size > 0; size >>>= 4) {
      memory.setByte(--begin, HEX[size & 0xf]);
    }
    return memory.slice(begin, end + 2 - begin);
  }
}
