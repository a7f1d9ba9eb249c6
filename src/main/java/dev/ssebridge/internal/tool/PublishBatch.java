package dev.ssebridge.internal.tool;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Lines that are sent in one request, until they are taken. */
final class PublishBatch implements PublishSender.Outgoing {
  /** A batch of this size passes any proxy, and is soon sent again. */
  static final int MOST_LINES = 1000;

  static final int MOST_BYTES = 256 * 1024;

  private final PublishReport report;
  private final Deque<PublishLines.Line> lines = new ArrayDeque<>();
  private long size;

  PublishBatch(PublishReport report) {
    this.report = report;
  }

  void add(PublishLines.Line line) {
    lines.addLast(line);
    size += line.bytes().length + 1L;
  }

  /** How many lines there are. */
  int size() {
    return lines.size();
  }

  /** Whether no further line fits. */
  boolean isFull() {
    return lines.size() >= MOST_LINES || size >= MOST_BYTES;
  }

  @Override
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  @Override
  public Buffer bytes() {
    Buffer body = Buffer.buffer((int) size);
    lines.forEach(line -> body.appendBytes(line.bytes()).appendByte((byte) '\n'));
    return body;
  }

  @Override
  public void taken(long messages) {
    long bytes = 0;
    long count = 0;
    while (count < messages && !lines.isEmpty()) {
      bytes += drop();
      count++;
    }
    report.taken(count, bytes);
  }

  void takenAll() {
    taken(lines.size());
  }

  /** Leaves out the first line, which is at fault. */
  long drop() {
    PublishLines.Line line = lines.removeFirst();
    size -= line.bytes().length + 1L;
    return line.bytes().length + 1L;
  }

  /** {@code line 7}, or {@code lines 7 to 9}. */
  String place() {
    if (lines.isEmpty()) {
      return "no line";
    }
    long first = lines.getFirst().number();
    long last = lines.getLast().number();
    return first == last ? "line " + first : "lines " + first + " to " + last;
  }

  /** {@code line 7}, the first. */
  String firstPlace() {
    return lines.isEmpty() ? "no line" : "line " + lines.getFirst().number();
  }

  /** Where the line with this number in the body stands in the input, or 0 for none. */
  long numberOf(int lineOfBody) {
    return lines.stream()
        .skip(Math.max(0, lineOfBody - 1))
        .findFirst()
        .map(PublishLines.Line::number)
        .orElse(0L);
  }
}
