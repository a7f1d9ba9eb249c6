package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.MediaType;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A body that is one message. */
final class SingleBody implements BodyReader {
  private final Publisher publisher;
  private final MediaType media;
  private final BodyForm form;
  private final long maxBytes;
  private @Nullable Buffer body;
  private boolean ours;

  SingleBody(Publisher publisher, MediaType media, BodyForm form, long maxBytes) {
    this.publisher = publisher;
    this.media = media;
    this.form = form;
    this.maxBytes = maxBytes;
  }

  @Override
  public void read(Buffer chunk) throws BadRequestException {
    long length = chunk.length() + (body == null ? 0L : body.length());
    if (length > maxBytes) {
      throw new BadRequestException(
          413, "body: expected at most " + maxBytes + " bytes (maxBody), got more");
    }
    if (body == null) {
      body = chunk; // nearly always all of it
    } else {
      if (!ours) {
        body = Buffer.buffer().appendBuffer(body); // a copy need not grow
        ours = true;
      }
      body.appendBuffer(chunk);
    }
  }

  @Override
  public void end() throws BadRequestException {
    byte[] bytes = body == null ? new byte[0] : body.getBytes();
    String text = StrictText.utf8(bytes, 0, bytes.length, StrictText.WHOLE);
    Object content =
        media.kind() == MediaType.Kind.JSON
            ? form.ofJson(StrictText.withoutMark(text), StrictText.WHOLE)
            : form.ofText(text);
    publisher.publish(Draft.of(StrictText.WHOLE, content));
  }

  @Override
  public void release() {
    body = null;
  }

  /** A buffer that grew is up to twice as large as what it holds. */
  @Override
  public long held() {
    long length = body == null ? 0 : body.length();
    return ours ? Long.highestOneBit(Math.max(1, length - 1)) << 1 : length;
  }

  @Override
  public long published() {
    return publisher.published();
  }

  @Override
  public boolean isStreaming() {
    return false;
  }
}
