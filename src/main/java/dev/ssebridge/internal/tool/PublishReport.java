package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.TimeText;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** Says on the standard error stream how publishing goes. */
final class PublishReport {
  private static final long PERIOD = 1000;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream err;
  private final boolean quiet;
  private final boolean progress;
  private final boolean terminal;
  private final long startedAt = now();
  private long saidAt = startedAt;
  private boolean onLine;
  private long events;
  private long bytes;

  /**
   * @param quiet whether only the reason of a failure is said
   * @param always whether progress is said even where nobody seems to watch
   */
  PublishReport(PrintStream err, boolean quiet, boolean always) {
    this.err = err;
    this.quiet = quiet;
    this.terminal = isTerminal(err);
    this.progress = !quiet && (always || terminal);
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  /** Whether the standard error stream is a terminal; Java does not say. */
  private static boolean isTerminal(PrintStream err) {
    if (!err.equals(System.err)) {
      return false;
    }
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException elsewhere) {
      return Ansi.AUTO.enabled();
    }
  }

  private void line(String text) {
    err.print(onLine ? CLEAR : "");
    onLine = false;
    err.println("publish: " + PrintableText.of(text));
  }

  /** {@code moreEvents} events, and {@code moreBytes} bytes, were taken. */
  void taken(long moreEvents, long moreBytes) {
    events += moreEvents;
    bytes += moreBytes;
    long now = now();
    if (progress && now - saidAt >= PERIOD) {
      saidAt = now;
      if (terminal) {
        err.print(CLEAR + "publish: " + figures());
        err.flush();
        onLine = true;
      } else {
        line(figures());
      }
    }
  }

  /** How many events were taken so far. */
  long events() {
    return events;
  }

  private String figures() {
    long millis = Math.max(1, now() - startedAt);
    return String.format(
        Locale.ROOT,
        "%s, %d a second, %s",
        count(events),
        Math.round(events * 1000.0 / millis),
        size(bytes));
  }

  static String count(long events) {
    return events == 1 ? "1 event" : events + " events";
  }

  private static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    return bytes < 1024 * 1024
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1024.0 / 1024.0);
  }

  /** It is sent again. */
  void again(String why, long millis, int tries, int retries) {
    if (!quiet) {
      line(why + "; again in " + TimeText.ofMillis(millis) + " (" + tries + " of " + retries + ")");
    }
  }

  /** Something that is no failure. */
  void note(String text) {
    if (!quiet) {
      line(text);
    }
  }

  /** Something was not taken. */
  void failed(String text) {
    line(text);
  }

  /** The end of many events. */
  void summary(boolean complete) {
    if (!quiet) {
      line(
          (complete ? "" : "ended early; ")
              + figures()
              + " in "
              + TimeText.ofMillis(Math.max(1, now() - startedAt)));
    }
  }
}
