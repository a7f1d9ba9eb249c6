package dev.ssebridge.internal.client;

import dev.ssebridge.internal.text.PrintableText;
import org.jspecify.annotations.Nullable;

/**
 * Warnings about one source: one at a time, the others counted. What a remote end wrote cannot
 * forge a line of the log.
 */
final class Warnings {
  /** For what a remote end may cause any number of times. */
  static final long OFTEN = 1000;

  /** For what any of many streams may cause. */
  static final long OF_MANY = 10_000;

  /** For what is likely to last: said once, and then seldom. */
  static final long SELDOM = 600_000;

  private static final System.Logger LOG = System.getLogger(Warnings.class.getName());

  private final String source;
  private final Loop loop;
  private final long every;
  private final @Nullable Warnings all;

  private boolean silent;
  private long warnedAt;
  private long silentUntil;
  private long suppressed;

  /** How long after a warning the next may come where it was over in between. */
  private long pause = OFTEN;

  /**
   * @param every milliseconds between two
   */
  Warnings(String source, Loop loop, long every) {
    this(source, loop, every, null);
  }

  /**
   * Those of one stream of many.
   *
   * @param all of the source, which these go through
   */
  Warnings(String source, Loop loop, long every, @Nullable Warnings all) {
    this.source = source;
    this.loop = loop;
    this.every = every;
    this.all = all;
  }

  /** Warns, or counts. */
  void warn(String message) {
    long now = loop.now();
    if (silent && now < silentUntil) {
      suppressed++;
      return;
    }
    String others = suppressed == 0 ? "" : " (and " + suppressed + " warnings before)";
    if (all == null) {
      LOG.log(
          System.Logger.Level.WARNING,
          PrintableText.of("source " + source + ": " + message + others));
    } else {
      all.warn(source + ": " + message + others);
    }
    boolean soon = silent && now < warnedAt + 2 * every;
    pause = soon ? Math.min(2 * pause, every) : Math.min(OFTEN, every);
    silent = true;
    warnedAt = now;
    silentUntil = now + every;
    suppressed = 0;
  }

  /**
   * What was warned of is over: the next one is news again. But of what comes and goes all the time
   * one is told after a second, one after two more, after four, and so on.
   */
  void reset() {
    silentUntil = Math.min(silentUntil, warnedAt + pause);
  }
}
