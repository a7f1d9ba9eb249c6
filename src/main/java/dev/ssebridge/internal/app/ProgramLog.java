package dev.ssebridge.internal.app;

import dev.ssebridge.LogFormat;
import dev.ssebridge.internal.access.AccessLine;
import dev.ssebridge.internal.config.LogConfig;
import dev.ssebridge.internal.text.UnfitValueException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * How the program logs: one line for each record, to the standard error stream, unless the system
 * properties of {@code java.util.logging} say otherwise.
 */
final class ProgramLog {
  /** Whether nobody else says how. */
  private static volatile boolean configured;

  private ProgramLog() {}

  /** Sets logging up. To be called before anything logs. */
  static void start() {
    if (System.getProperty("java.util.logging.manager") == null) {
      System.setProperty("java.util.logging.manager", Manager.class.getName());
    }
    if (System.getProperty("java.util.logging.config.file") == null
        && System.getProperty("java.util.logging.config.class") == null) {
      configure();
    }
  }

  /** Has it go on while the process shuts down. The caller has to {@link #stop} it. */
  static void keep() {
    if (LogManager.getLogManager() instanceof Manager manager) {
      manager.kept = true;
    }
  }

  /**
   * Logs as the configuration says from now on, if the system properties leave that to it.
   *
   * @return whether they do
   */
  static boolean apply(LogConfig log) {
    if (!configured) {
      return false;
    }
    Formatter formatter = log.format() == LogFormat.JSON ? new JsonLogLine() : new LogLine();
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      if (!formatter.getClass().isInstance(handler.getFormatter())) {
        handler.setFormatter(formatter);
      }
    }
    Loggers.ACCESS.setLevel(Level.INFO); // it is on only where log.access asks for it
    Loggers.OWN.setLevel(levelOf(log.level()));
    return true;
  }

  /** Waits until what was logged is written, but for a limited time. */
  static void flush() {
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.flush();
    }
  }

  private static Level levelOf(System.Logger.Level level) {
    return switch (level) {
      case ALL -> Level.ALL;
      case TRACE -> Level.FINER;
      case DEBUG -> Level.FINE;
      case INFO -> Level.INFO;
      case WARNING -> Level.WARNING;
      case ERROR -> Level.SEVERE;
      case OFF -> Level.OFF;
    };
  }

  /** The least level of what the bridge itself logs, as a configuration says it. */
  static String level() {
    Level present = Loggers.OWN.getLevel();
    for (System.Logger.Level each : System.Logger.Level.values()) {
      if (levelOf(each).equals(present)) {
        return word(each);
      }
    }
    return present == null ? word(System.Logger.Level.INFO) : present.getName();
  }

  /**
   * Sets it.
   *
   * @throws IllegalArgumentException if it is not valid, saying what was expected
   */
  static void level(String word) {
    List<String> words = new ArrayList<>();
    for (System.Logger.Level each : System.Logger.Level.values()) {
      words.add(word(each));
      if (word(each).equals(word)) {
        Loggers.OWN.setLevel(levelOf(each));
        return;
      }
    }
    throw new IllegalArgumentException(
        "expected one of " + String.join(", ", words) + ", got " + UnfitValueException.show(word));
  }

  private static String word(System.Logger.Level level) {
    return level.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Closes what {@link #start()} opened, as the JDK does by itself at the end of a process that
   * {@linkplain #keep keeps} nothing. To be called after the last line. Blocks for a limited time.
   */
  static void stop() {
    if (LogManager.getLogManager() instanceof Manager manager) {
      manager.kept = false;
      manager.reset();
    }
  }

  private static void configure() {
    try (InputStream in = ProgramLog.class.getResourceAsStream("logging.properties")) {
      if (in != null) {
        LogManager.getLogManager().readConfiguration(in);
        configured = true;
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Kept, or the JDK would forget what was set; made after the manager is. */
  private static final class Loggers {
    static final Logger OWN = Logger.getLogger("dev.ssebridge");
    static final Logger ACCESS = Logger.getLogger(AccessLine.LOGGER);
  }

  /**
   * Keeps the handlers until {@link ProgramLog#stop()}, if they are to be kept. The JDK's own
   * manager closes them as soon as a shutdown begins, while the streams are still ending, and the
   * last lines are lost.
   */
  public static final class Manager extends LogManager {
    private volatile boolean kept;

    /** Called by the JDK, which finds the class by its name. */
    public Manager() {}

    @Override
    public void reset() {
      if (!kept) {
        super.reset();
      }
    }
  }
}
