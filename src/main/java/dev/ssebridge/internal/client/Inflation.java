package dev.ssebridge.internal.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.compression.JdkZlibDecoder;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.vertx.core.buffer.Buffer;

/**
 * Takes the content coding off a body as it arrives, so that an event is there as soon as its bytes
 * are. Input goes in in small pieces: what a piece may inflate to (a thousandfold) is the memory
 * that a hostile body can take, and the time it takes at once. Not thread-safe.
 */
final class Inflation implements AutoCloseable {
  private static final int PIECE = 256;

  private final ContentCoding coding;
  private final EmbeddedChannel decoder;

  private Buffer chunk = Buffer.buffer();
  private int taken;

  Inflation(ContentCoding coding) {
    this.coding = coding;
    // Gzip, one member after another (RFC 1952, section 2.2): a server may end one with each event.
    decoder =
        new EmbeddedChannel(
            coding == ContentCoding.GZIP
                ? new JdkZlibDecoder(true, 0)
                : new JdkZlibDecoder(ZlibWrapper.ZLIB_OR_NONE, 0));
  }

  /** The bytes are not what the coding demands. */
  static final class CorruptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptException(ContentCoding coding, Throwable cause) {
      super("expected a body in " + coding + ", got something else: " + cause.getMessage(), cause);
    }
  }

  /** Takes the next bytes of the body. */
  void add(Buffer next) {
    chunk = hasMore() ? chunk.getBuffer(taken, chunk.length()).appendBuffer(next) : next;
    taken = 0;
  }

  /** Whether there are bytes yet to be inflated. */
  boolean hasMore() {
    return taken < chunk.length();
  }

  /**
   * Inflates one more piece.
   *
   * @throws CorruptException if the bytes are not what the coding demands
   */
  Buffer inflate() {
    int end = Math.min(chunk.length(), taken + PIECE);
    byte[] piece = chunk.getBytes(taken, end);
    taken = end;
    write(piece);
    Buffer inflated = Buffer.buffer();
    for (ByteBuf out = decoder.readInbound(); out != null; out = decoder.readInbound()) {
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      out.release();
      inflated.appendBytes(bytes);
    }
    return inflated;
  }

  private void write(byte[] piece) {
    try {
      decoder.writeInbound(Unpooled.wrappedBuffer(piece));
    } catch (DecompressionException e) {
      throw new CorruptException(coding, e);
    }
  }

  @Override
  public void close() {
    try {
      decoder.finishAndReleaseAll();
    } catch (DecompressionException e) {
      // The body broke off within a block: known already to whoever closes.
      decoder.releaseInbound();
    }
  }
}
