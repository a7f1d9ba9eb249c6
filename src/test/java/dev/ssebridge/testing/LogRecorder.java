package dev.ssebridge.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes down what a class logs, until it is closed, instead of whoever else would. Not that a
 * thread had to wait long: that is said of a busy machine.
 */
public final class LogRecorder extends Handler implements AutoCloseable {
  private final Logger logger;
  private final List<String> messages = new ArrayList<>();

  private LogRecorder(Logger logger) {
    this.logger = logger;
  }

  /** Begins now. */
  public static LogRecorder of(Class<?> type) {
    return of(type.getName());
  }

  /** Begins now, for a class of this name. */
  public static LogRecorder of(String type) {
    LogRecorder recorder = new LogRecorder(Logger.getLogger(type));
    recorder.logger.addHandler(recorder);
    recorder.logger.setUseParentHandlers(false);
    return recorder;
  }

  /** The messages so far. */
  public synchronized List<String> messages() {
    return List.copyOf(messages);
  }

  /**
   * The port in the first message that begins so, behind the last colon of its first URL.
   *
   * @param beginning up to the URL, such as {@code listening on}
   */
  public int portIn(String beginning) {
    Pattern line = Pattern.compile(Pattern.quote(beginning) + " \\S+:(\\d+)( .*)?");
    return messages().stream()
        .map(line::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .map(found -> Integer.parseInt(found.group(1)))
        .orElseThrow(() -> new AssertionError("no \"" + beginning + "\" in " + messages()));
  }

  @Override
  public synchronized void publish(LogRecord entry) {
    if (!isOfABusyMachine(entry)) {
      messages.add(entry.getMessage());
    }
  }

  /** Whether this is how Vert.x says that a thread had nothing of the CPU for seconds. */
  public static boolean isOfABusyMachine(LogRecord entry) {
    return String.valueOf(entry.getLoggerName()).contains("BlockedThreadChecker");
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
