package dev.ssebridge.internal.client;

import dev.ssebridge.internal.eventstream.PrintableText;

/** Warnings about the events of one source: one a second at most, the others counted. */
final class Warnings {
  private static final System.Logger LOG = System.getLogger(Warnings.class.getName());
  private static final long EVERY = 1000;

  private final String source;
  private final Loop loop;

  private boolean silent;
  private long silentUntil;
  private long suppressed;

  Warnings(String source, Loop loop) {
    this.source = source;
    this.loop = loop;
  }

  /** Warns, or counts. */
  void warn(String message) {
    long now = loop.now();
    if (silent && now < silentUntil) {
      suppressed++;
      return;
    }
    String others = suppressed == 0 ? "" : " (and " + suppressed + " warnings before)";
    LOG.log(
        System.Logger.Level.WARNING,
        PrintableText.of("source " + source + ": " + message + others));
    silent = true;
    silentUntil = now + EVERY;
    suppressed = 0;
  }
}
