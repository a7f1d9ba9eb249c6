package dev.ssebridge.internal.app;

import dev.ssebridge.internal.text.PrintableText;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * Writes one line for each record, whatever is in its message; an exception has further ones, which
 * begin with a tab or "Caused by". What is {@linkplain HiddenTexts hidden} is {@code ***}.
 */
public final class LogLine extends Formatter {
  private static final int MOST_CAUSES = 8;
  private static final int MOST_FRAMES = 64;

  /** Called by the JDK, which finds the class by its name. */
  public LogLine() {}

  @Override
  public String format(LogRecord entry) {
    ZonedDateTime time = ZonedDateTime.ofInstant(entry.getInstant(), ZoneId.systemDefault());
    StringBuilder line =
        new StringBuilder(
                String.format(
                    "%1$tFT%1$tT.%1$tL%1$tz %2$s %3$s: ",
                    time, entry.getLevel().getName(), entry.getLoggerName()))
            .append(PrintableText.of(HiddenTexts.without(formatMessage(entry))))
            .append(System.lineSeparator());
    Throwable thrown = entry.getThrown();
    return thrown == null ? line.toString() : line.append(traceOf(thrown)).toString();
  }

  /** An exception with its causes, in lines of which each begins with a tab. */
  static String traceOf(Throwable thrown) {
    StringBuilder trace = new StringBuilder();
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      append(trace, i == 0 ? "\t" : "\tCaused by: ", cause);
      cause = cause.getCause();
    }
    return trace.toString();
  }

  private static void append(StringBuilder line, String prefix, Throwable thrown) {
    line.append(prefix)
        .append(PrintableText.of(HiddenTexts.without(thrown.toString())))
        .append(System.lineSeparator());
    StackTraceElement[] frames = thrown.getStackTrace();
    for (int i = 0; i < Math.min(frames.length, MOST_FRAMES); i++) {
      line.append("\t\tat ").append(frames[i]).append(System.lineSeparator());
    }
  }
}
