package dev.ssebridge.testing;

import dev.ssebridge.internal.access.AccessLine;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Takes down the access log, until it is closed, instead of whoever else would. */
public final class AccessLines extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger(AccessLine.LOGGER);
  private final List<AccessLine> lines = new CopyOnWriteArrayList<>();

  /** Begins now. */
  public AccessLines() {
    logger.addHandler(this);
    logger.setUseParentHandlers(false);
  }

  @Override
  public void publish(LogRecord entry) {
    lines.add((AccessLine) entry.getParameters()[0]);
  }

  /** The lines so far. */
  public List<AccessLine> all() {
    return List.copyOf(lines);
  }

  /** Waits for so many lines, and gives the values of the last of them. */
  public Map<String, Object> awaitLine(int number) {
    Deadline.await(() -> lines.size() >= number, () -> number + " lines, got " + lines);
    return lines.get(number - 1).values();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
