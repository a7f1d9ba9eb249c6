package dev.ssebridge.attack;

import dev.ssebridge.testing.LogRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes down what everybody logs, with debug, until it is closed, instead of the console. Not
 * traces: in those routers of Vert.x write the whole target of each request.
 */
final class EveryLog extends Handler implements AutoCloseable {
  private static final Logger ROOT = Logger.getLogger("");

  private final @Nullable Level before;
  private final Handler[] others;
  private final List<Line> lines = new ArrayList<>();

  /**
   * One entry.
   *
   * @param text all of it, with what was thrown
   */
  record Line(String logger, Level level, String text) {}

  private EveryLog() {
    before = ROOT.getLevel();
    others = ROOT.getHandlers();
  }

  /** Begins now. */
  static EveryLog begin() {
    EveryLog log = new EveryLog();
    log.setLevel(Level.FINE);
    for (Handler other : log.others) {
      ROOT.removeHandler(other);
    }
    ROOT.addHandler(log);
    ROOT.setLevel(Level.FINE);
    return log;
  }

  @Override
  public synchronized void publish(LogRecord entry) {
    if (LogRecorder.isOfABusyMachine(entry)) {
      return;
    }
    StringBuilder text = new StringBuilder(String.valueOf(entry.getMessage()));
    Object[] parameters = entry.getParameters();
    if (parameters != null) {
      for (Object each : parameters) {
        text.append(' ').append(each);
      }
    }
    for (Throwable thrown = entry.getThrown(); thrown != null; thrown = thrown.getCause()) {
      text.append(" | ").append(thrown);
    }
    lines.add(new Line(String.valueOf(entry.getLoggerName()), entry.getLevel(), text.toString()));
  }

  /** Those so far. */
  synchronized List<Line> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    ROOT.removeHandler(this);
    ROOT.setLevel(before);
    for (Handler other : others) {
      ROOT.addHandler(other);
    }
  }
}
