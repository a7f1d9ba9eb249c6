package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.text.PrintableText;
import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a provider tells the log: that it is in trouble once, and once that this is over; and what
 * every request may cause seldom, with how often it was. Any thread.
 */
final class ProviderLog {
  /** Milliseconds between two lines of what requests cause. */
  static final long INTERVAL = 10_000;

  private static final System.Logger LOG = System.getLogger(ProviderLog.class.getName());

  private final String provider;
  private final LongSupplier clock;

  // guarded by this
  private @Nullable String trouble;
  private long toldAt;
  private long untold;

  /**
   * @param clock milliseconds since 1970
   */
  ProviderLog(String provider, LongSupplier clock) {
    this.provider = provider;
    this.clock = clock;
    this.toldAt = clock.getAsLong() - INTERVAL;
  }

  /**
   * It is in trouble.
   *
   * @param kind of trouble; the same one is told once until it is over
   */
  void trouble(String kind, String message) {
    synchronized (this) {
      if (kind.equals(trouble)) {
        return;
      }
      trouble = kind;
    }
    log(Level.WARNING, message);
  }

  /** It is in no trouble any more. */
  void over(String message) {
    synchronized (this) {
      if (trouble == null) {
        return;
      }
      trouble = null;
    }
    log(Level.INFO, message);
  }

  /** Something happened to a request that may happen to many. */
  void seldom(String message) {
    long before;
    synchronized (this) {
      long now = clock.getAsLong();
      untold++;
      if (now - toldAt < INTERVAL && now >= toldAt) {
        return;
      }
      toldAt = now;
      before = untold - 1;
      untold = 0;
    }
    log(Level.WARNING, before == 0 ? message : message + " (and " + before + " times before)");
  }

  /** Something that happens once. */
  void warn(String message) {
    log(Level.WARNING, message);
  }

  private void log(Level level, String message) {
    LOG.log(level, PrintableText.of("auth provider " + provider + ": " + message));
  }
}
