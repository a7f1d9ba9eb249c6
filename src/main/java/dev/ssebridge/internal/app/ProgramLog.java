package dev.ssebridge.internal.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.logging.LogManager;

/**
 * How the program logs: one line for each record, to the standard error stream, unless the system
 * properties of {@code java.util.logging} say otherwise.
 *
 * <p>It is a log manager of its own for the sake of the last lines: the JDK closes all handlers as
 * soon as a shutdown begins, at the same time as the streams are still ending.
 */
public final class ProgramLog extends LogManager {
  private volatile boolean kept;

  /** Called by the JDK, which finds the class by its name. */
  public ProgramLog() {}

  /** Sets logging up. To be called before anything logs. */
  static void start() {
    if (System.getProperty("java.util.logging.manager") == null) {
      System.setProperty("java.util.logging.manager", ProgramLog.class.getName());
    }
    configure();
    if (LogManager.getLogManager() instanceof ProgramLog log) {
      log.kept = true;
    }
  }

  /** Closes what {@link #start()} opened. To be called after the last line. */
  static void stop() {
    if (LogManager.getLogManager() instanceof ProgramLog log) {
      log.kept = false;
      log.reset();
    }
  }

  @Override
  public void reset() {
    if (!kept) {
      super.reset();
    }
  }

  private static void configure() {
    if (System.getProperty("java.util.logging.config.file") != null
        || System.getProperty("java.util.logging.config.class") != null) {
      return;
    }
    try (InputStream in = ProgramLog.class.getResourceAsStream("logging.properties")) {
      if (in != null) {
        LogManager.getLogManager().readConfiguration(in);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
