package dev.ssebridge.internal.config;

import dev.ssebridge.client.SourceOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a source begins, and where its position is kept across restarts.
 *
 * @param lastEventId the last event id to begin with where no position is kept yet, or null
 * @param file path of the file that keeps the position, or null for none
 * @param every how often it is written at most; it is always written at the end
 */
public record SourceCursor(@Nullable String lastEventId, @Nullable String file, Duration every) {

  static SourceCursor of(SourceOptions options) {
    String file = options.getCursor();
    return new SourceCursor(
        options.getLastEventId(), file.equals("none") ? null : file, options.getCursorEvery());
  }
}
