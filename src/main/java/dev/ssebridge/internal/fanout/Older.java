package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.log.EventLog;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is kept of a channel's history elsewhere, older than what its log holds. Any thread. */
public interface Older {

  /** The oldest sequence that can be read. */
  long oldest();

  /**
   * Reads a stretch into a log of its own, for the subscriber alone or for several, who must not
   * write to it.
   *
   * @param from a sequence that shall be in it
   * @param then told once, on any thread; {@code null} where it cannot be read now
   */
  void read(long from, Consumer<@Nullable EventLog> then);
}
