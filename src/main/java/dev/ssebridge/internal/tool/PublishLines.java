package dev.ssebridge.internal.tool;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an input, read ahead by a thread of its own, so that what is there can be told from
 * what is still to come. A limited number of bytes is read ahead; a longer line is refused.
 */
final class PublishLines {
  /** The longest line. */
  static final int LONGEST = 16 * 1024 * 1024;

  private static final int AHEAD = LONGEST + 1024 * 1024;

  /** What a line takes besides its bytes. */
  private static final int OVERHEAD = 64;

  private final InputStream in;
  private final boolean crEndsLine;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(AHEAD);

  private PublishLines(InputStream in, boolean crEndsLine) {
    this.in = in;
    this.crEndsLine = crEndsLine;
  }

  /** A line, or the end of them. Its owner may use its bytes, and nobody changes them. */
  static final class Line {
    private final long number;
    private final byte[] bytes;
    private final boolean last;
    private final @Nullable IOException failure;

    private Line(long number, byte[] bytes, boolean last, @Nullable IOException failure) {
      this.number = number;
      this.bytes = bytes;
      this.last = last;
      this.failure = failure;
    }

    /** From 1. */
    long number() {
      return number;
    }

    /** Without the line end. */
    byte[] bytes() {
      return bytes;
    }

    /** Whether this is no line but the end of them. */
    boolean isLast() {
      return last;
    }

    /** Why there is no more, or null where that was all. */
    @Nullable IOException failure() {
      return failure;
    }

    /** Whether there is nothing but blanks in it. */
    boolean isBlank() {
      for (byte b : bytes) {
        if (b < 0 || b > ' ') {
          return b < 0 && new String(bytes, StandardCharsets.UTF_8).isBlank();
        }
      }
      return true;
    }
  }

  /**
   * Begins to read.
   *
   * @param crEndsLine whether a lone CR ends a line as well
   */
  static PublishLines read(InputStream in, boolean crEndsLine) {
    PublishLines lines = new PublishLines(in, crEndsLine);
    Thread reader = new Thread(lines::readAll, "input");
    reader.setDaemon(true); // nobody can end a read of the standard input
    reader.start();
    return lines;
  }

  /** The next line, or the end; waits for it. */
  Line next() throws InterruptedException {
    return taken(lines.take());
  }

  /** The next line; null if there is none, or none yet. */
  @Nullable Line nextIfThere() {
    Line line = lines.peek();
    return line == null || line.isLast() ? null : taken(lines.remove());
  }

  private Line taken(Line line) {
    room.release(cost(line.bytes()));
    return line;
  }

  private static int cost(byte[] bytes) {
    return bytes.length + OVERHEAD;
  }

  private void readAll() {
    long number = 0;
    IOException failure = null;
    try {
      number = readLines();
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    lines.add(new Line(number, new byte[0], true, failure));
  }

  private long readLines() throws IOException, InterruptedException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] chunk = new byte[64 * 1024];
    long number = 0;
    boolean afterCr = false;
    for (int got = in.read(chunk); got >= 0; got = in.read(chunk)) {
      int from = 0;
      for (int i = 0; i < got; i++) {
        byte b = chunk[i];
        if (b == '\n' && afterCr) {
          from = i + 1; // the second half of a line end
        } else if (b == '\n' || (b == '\r' && crEndsLine)) {
          line.write(chunk, from, i - from);
          from = i + 1;
          put(++number, line);
        }
        afterCr = b == '\r' && crEndsLine;
      }
      line.write(chunk, from, got - from);
      if (line.size() > LONGEST) {
        throw new IOException("line " + (number + 1) + ": expected at most 16 MiB, got more");
      }
    }
    if (line.size() > 0) {
      put(++number, line); // the last line needs no end
    }
    return number;
  }

  private void put(long number, ByteArrayOutputStream line) throws InterruptedException {
    byte[] bytes = line.toByteArray();
    line.reset();
    if (!crEndsLine && bytes.length > 0 && bytes[bytes.length - 1] == '\r') {
      bytes = Arrays.copyOf(bytes, bytes.length - 1);
    }
    room.acquire(cost(bytes));
    lines.add(new Line(number, bytes, false, null));
  }
}
