package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a source stands, as of its last step; made anew with every step, so that any thread may
 * read it.
 *
 * @param state the state, or null before the start
 * @param attempts connections begun
 * @param opened streams opened
 * @param failures connections that failed or broke
 * @param failuresInRow the same since the last good stream
 * @param delayMillis milliseconds of the wait it is in
 * @param responseHeaders the headers of the latest stream by lower-case name
 */
record Standing(
    @Nullable EventSourceState state,
    long attempts,
    long opened,
    long failures,
    int failuresInRow,
    long delayMillis,
    Map<String, List<String>> responseHeaders) {
  /** Before the start. */
  static final Standing START = new Standing(null, 0, 0, 0, 0, 0, Map.of());
}
