package dev.ssebridge.internal.app;

import dev.ssebridge.internal.access.AccessLine;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Lets so many records of one kind pass in a while, and counts the others: what a client can cause
 * as often as it likes must not fill the disk. Records are of one kind if they are of one logger,
 * one level and one class of exception. The access log, which is there because somebody wants all
 * of it, passes. Any thread.
 */
public final class LogLimit implements Filter {
  static final int MOST = 100;
  static final long WINDOW_MILLIS = 10_000;
  private static final int MOST_KINDS = 500;

  private final LongSupplier clock;
  private final Map<String, Window> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
          return size() > MOST_KINDS;
        }
      };

  /** Called by the JDK, which finds the class by its name. */
  public LogLimit() {
    this(() -> System.nanoTime() / 1_000_000);
  }

  /**
   * @param clock milliseconds
   */
  LogLimit(LongSupplier clock) {
    this.clock = clock;
  }

  @Override
  public synchronized boolean isLoggable(LogRecord entry) {
    if (AccessLine.LOGGER.equals(entry.getLoggerName())) {
      return true;
    }
    Throwable thrown = entry.getThrown();
    String kind =
        entry.getLoggerName()
            + " "
            + entry.getLevel()
            + " "
            + (thrown == null ? "" : thrown.getClass().getName());
    long now = clock.getAsLong();
    Window window = windows.computeIfAbsent(kind, k -> new Window(now));
    if (now - window.begun >= WINDOW_MILLIS) {
      if (window.leftOut > 0) {
        entry.setMessage(entry.getMessage() + " (" + window.leftOut + " others were left out)");
      }
      window.begun = now;
      window.passed = 0;
      window.leftOut = 0;
    }
    if (window.passed == MOST) {
      window.leftOut++;
      return false;
    }
    window.passed++;
    return true;
  }

  private static final class Window {
    private long begun;
    private int passed;
    private long leftOut;

    Window(long begun) {
      this.begun = begun;
    }
  }
}
