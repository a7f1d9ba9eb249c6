package dev.ssebridge.internal.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes the log to the standard error stream on a thread of its own: a thread that logs, an event
 * loop as a rule, makes the line and goes on, however slow the reader of the stream is. Lines wait
 * in their order, up to a limit; beyond it they are left out until half of it is free again, and
 * counted: a line says how many where they would have been.
 */
public final class LogQueue extends Handler {
  /** Characters that may wait, about. */
  static final int MOST_WAITING = 2 << 20;

  /** What a line takes beside its characters. */
  private static final int LINE = 64;

  /** How long the end waits for a reader. */
  private static final Duration END_LIMIT = Duration.ofSeconds(2);

  /** What no line is. */
  private static final String END = "";

  // set at construction
  private final OutputStream out;
  private final Duration endLimit;
  private final Thread writer = new Thread(this::write, "log writer");
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

  // written by the threads that log, and by the writer
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong leftOut = new AtomicLong();
  private final AtomicLong allLeftOut = new AtomicLong();
  private volatile boolean full;
  private volatile boolean closed;

  /** Called by the JDK, which finds the class by its name. */
  public LogQueue() {
    // Not System.err, whose lock others would wait for.
    this(new FileOutputStream(FileDescriptor.err), END_LIMIT);
    setFormatter(new LogLine());
    setFilter(new LogLimit());
  }

  /**
   * @param endLimit how long the end waits for the stream
   */
  LogQueue(OutputStream out, Duration endLimit) {
    this.out = out;
    this.endLimit = endLimit;
    writer.setDaemon(true); // a write that does not return keeps no process
    writer.start();
  }

  @Override
  public void publish(@Nullable LogRecord entry) {
    if (entry == null || !isLoggable(entry)) {
      return;
    }
    if (closed || full) {
      leaveOut();
      return;
    }
    String line = format(entry);
    if (line != null && !line.equals(END)) {
      long before = leftOut.getAndSet(0);
      if (before > 0) {
        add(told(before));
      }
      add(line);
    }
  }

  private void add(String line) {
    if (waiting.addAndGet(line.length() + LINE) >= MOST_WAITING) {
      full = true;
    }
    lines.add(line);
  }

  /** How many lines were left out so far. */
  long leftOut() {
    return allLeftOut.get();
  }

  private void leaveOut() {
    allLeftOut.incrementAndGet();
    leftOut.incrementAndGet();
  }

  /** On the thread that logs: the line may name that thread, and its arguments may change later. */
  private @Nullable String format(LogRecord entry) {
    try {
      return getFormatter().format(entry);
    } catch (RuntimeException e) {
      reportError(null, e, ErrorManager.FORMAT_FAILURE);
      return null;
    }
  }

  private String told(long lines) {
    LogRecord entry =
        new LogRecord(
            Level.WARNING,
            lines + (lines == 1 ? " line was" : " lines were") + " left out: nobody read the log");
    entry.setLoggerName(LogQueue.class.getName());
    Formatter formatter = getFormatter();
    return formatter.format(entry);
  }

  /** The thread of the writer. */
  private void write() {
    try {
      String line = lines.take();
      while (!line.equals(END)) {
        write(line);
        if (waiting.addAndGet(-(line.length() + LINE)) <= MOST_WAITING / 2) {
          full = false;
        }
        line = lines.poll();
        if (line == null) {
          tellWhatWasLeftOut();
          line = lines.take();
        }
      }
      tellWhatWasLeftOut();
    } catch (InterruptedException ended) { // by nobody
      Thread.currentThread().interrupt();
    }
  }

  private void tellWhatWasLeftOut() {
    long before = leftOut.getAndSet(0);
    if (before > 0) {
      try {
        write(told(before));
      } catch (RuntimeException | OutOfMemoryError e) {
        leftOut.addAndGet(before); // told later
      }
    }
  }

  /** A stream that is closed has no reader that could be told. */
  private void write(String line) {
    try {
      out.write(line.getBytes(Charset.defaultCharset()));
      out.flush();
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      allLeftOut.incrementAndGet(); // the next one may be written
    }
  }

  /** Waits until what was logged before is written, but for a limited time. */
  @Override
  public void flush() {
    long end = System.nanoTime() + endLimit.toNanos();
    while (waiting.get() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Waits until all is written, but for a limited time. Idempotent. */
  @Override
  public void close() {
    closed = true;
    lines.add(END);
    try {
      writer.join(endLimit.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
