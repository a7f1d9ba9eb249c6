package dev.ssebridge.internal.client;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A body that is read as a whole, without its content coding and up to a limit: what an answer says
 * that is no stream. Not thread-safe.
 */
final class AnswerBody implements AutoCloseable {
  private final @Nullable Inflation inflation;
  private final long limit;
  private final Buffer text = Buffer.buffer();
  private boolean overflowing;

  AnswerBody(ContentCoding coding, long limit) {
    this.inflation = coding == ContentCoding.IDENTITY ? null : new Inflation(coding);
    this.limit = limit;
  }

  /**
   * Takes the next bytes of the body, as far as there is room.
   *
   * @throws Inflation.CorruptException if they are not what the coding demands; what came before
   *     stays
   */
  void add(Buffer chunk) {
    if (inflation == null) {
      take(chunk);
      return;
    }
    inflation.add(chunk);
    while (inflation.hasMore() && !overflowing) {
      take(inflation.inflate());
    }
  }

  private void take(Buffer chunk) {
    int room = (int) Math.min(chunk.length(), limit - text.length());
    text.appendBuffer(chunk, 0, room);
    overflowing |= room < chunk.length();
  }

  /** Whether there was more than the limit. */
  boolean isOverflowing() {
    return overflowing;
  }

  /** What came so far. */
  Buffer text() {
    return text;
  }

  @Override
  public void close() {
    if (inflation != null) {
      inflation.close();
    }
  }
}
