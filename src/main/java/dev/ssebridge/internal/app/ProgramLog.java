package dev.ssebridge.internal.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.logging.LogManager;

/**
 * How the program logs: one line for each record, to the standard error stream, unless the system
 * properties of {@code java.util.logging} say otherwise.
 */
final class ProgramLog {
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
    if (LogManager.getLogManager() instanceof Manager manager) {
      manager.kept = true;
    }
  }

  /** Closes what {@link #start()} opened. To be called after the last line. */
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
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Keeps the handlers until {@link ProgramLog#stop()}. The JDK's own manager closes them as soon
   * as a shutdown begins, while the streams are still ending, and the last lines are lost.
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
