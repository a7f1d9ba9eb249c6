package dev.ssebridge.internal.client;

import dev.ssebridge.internal.coding.Inflation;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;

/**
 * The bytes of a body that has a content coding, taken off piece by piece: an event is there as
 * soon as its bytes are, and a hostile body takes memory and time only as far as it is read. Not
 * thread-safe.
 */
final class CodedBytes implements AutoCloseable {
  private static final int PIECE = 4096;

  private final ContentCoding coding;
  private final Inflation inflation;
  private final byte[] piece = new byte[PIECE];

  CodedBytes(ContentCoding coding) {
    this.coding = coding;
    this.inflation = coding == ContentCoding.GZIP ? Inflation.gzip() : Inflation.deflate();
  }

  /** The bytes are not what the coding demands. */
  static final class CorruptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptException(ContentCoding coding, DataFormatException cause) {
      super("expected a body in " + coding + ", got something else: " + cause.getMessage(), cause);
    }
  }

  /** Takes the next bytes of the body. */
  void add(Buffer next) {
    inflation.give(next.getBytes());
  }

  /** Whether there may be bytes yet to be inflated. */
  boolean hasMore() {
    return !inflation.isDry();
  }

  /**
   * Inflates one more piece; it may be empty.
   *
   * @throws CorruptException if the bytes are not what the coding demands
   */
  Buffer inflate() {
    try {
      return Buffer.buffer(Arrays.copyOf(piece, inflation.next(piece)));
    } catch (DataFormatException e) {
      throw new CorruptException(coding, e);
    }
  }

  @Override
  public void close() {
    inflation.close();
  }
}
