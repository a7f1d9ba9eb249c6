package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.eventstream.LineDecoder;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.Problem;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A body of one JSON message a line; blank lines are passed over. */
final class NdjsonBody implements BodyReader, LineDecoder.Sink {
  private final Publisher publisher;
  private final BodyForm form;
  private final long maxLine;
  private final LineDecoder lines = new LineDecoder(this);
  private long line;
  private @Nullable BadRequestException problem;

  NdjsonBody(Publisher publisher, BodyForm form, long maxLine) {
    this.publisher = publisher;
    this.form = form;
    this.maxLine = maxLine;
  }

  @Override
  public void read(Buffer chunk) throws BadRequestException {
    byte[] bytes = chunk.getBytes();
    lines.decode(bytes, 0, bytes.length);
    if (lines.unfinished() > maxLine) {
      throw new BadRequestException(tooLong(line + 1));
    }
    throwIfAny();
  }

  @Override
  public void end() throws BadRequestException {
    if (lines.unfinished() > 0) {
      byte[] lineEnd = {'\n'}; // the last line needs none
      lines.decode(lineEnd, 0, 1);
      throwIfAny();
    }
  }

  @Override
  public void release() {
    lines.reset();
    lines.trim();
  }

  @Override
  public long held() {
    lines.trim();
    return lines.held();
  }

  @Override
  public long published() {
    return publisher.published();
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public void onLine(byte[] bytes, int offset, int length, long lineLength) {
    line++;
    if (problem != null || length == 0) {
      return;
    }
    try {
      if (lineLength > maxLine) {
        throw new BadRequestException(tooLong(line));
      }
      String where = "line " + line;
      String text = StrictText.utf8(bytes, offset, length, where);
      if (line == 1) {
        text = StrictText.withoutMark(text);
      }
      if (!text.isBlank()) {
        publisher.publish(Draft.of(where, form.ofJson(text, where)));
      }
    } catch (BadRequestException e) {
      problem = e;
    }
  }

  @Override
  public int hold(byte[] bytes, int offset, int length) {
    return (int) Math.min(Integer.MAX_VALUE - 16, maxLine);
  }

  private Problem tooLong(long number) {
    return new Problem(
        413, "line " + number + ": expected at most " + maxLine + " bytes (maxBody), got more");
  }

  private void throwIfAny() throws BadRequestException {
    if (problem != null) {
      throw problem;
    }
  }
}
