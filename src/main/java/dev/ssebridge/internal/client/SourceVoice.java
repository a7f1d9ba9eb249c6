package dev.ssebridge.internal.client;

import dev.ssebridge.internal.text.PrintableText;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * What the log is told of a source. Of one stream of many only warnings, as those who listen decide
 * how often one begins and ends; and of all of them one at a time.
 *
 * @param source what it is called there
 * @param all the warnings of all streams of the source, null where there is but one
 */
record SourceVoice(String source, Loop loop, @Nullable Warnings all) {
  private static final System.Logger LOG = System.getLogger(SourceStatus.class.getName());

  /** Of a source that is one stream. */
  static SourceVoice of(String source, Loop loop) {
    return new SourceVoice(source, loop, null);
  }

  /**
   * @param every milliseconds between two
   */
  Warnings warnings(long every) {
    return new Warnings(source, loop, every, all);
  }

  void info(String message) {
    LOG.log(all == null ? Level.INFO : Level.DEBUG, () -> line(message));
  }

  void error(String message) {
    if (all == null) {
      LOG.log(Level.ERROR, line(message));
    } else {
      all.warn(source + ": " + message);
    }
  }

  private String line(String message) {
    return PrintableText.of("source " + source + ": " + message);
  }
}
