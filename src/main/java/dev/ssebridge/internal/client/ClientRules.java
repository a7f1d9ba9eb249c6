package dev.ssebridge.internal.client;

import io.vertx.core.http.HttpClientOptions;
import java.util.ArrayList;
import java.util.List;

/** What a client of an event stream must not be told to do. */
public final class ClientRules {
  private ClientRules() {}

  /** What breaks streams in these options; empty if nothing does. */
  public static List<String> problems(HttpClientOptions given) {
    List<String> problems = new ArrayList<>();
    if (given.getIdleTimeout() > 0
        || given.getReadIdleTimeout() > 0
        || given.getWriteIdleTimeout() > 0) {
      problems.add(
          "idle timeouts: expected none, they end streams that are paused or quiet; use"
              + " \"idleTimeout\" of the source");
    }
    if (given.isDecompressionSupported()) {
      problems.add(
          "decompressionSupported: expected false, the source does it itself, within its limits");
    }
    return problems;
  }

  /**
   * The same as an exception.
   *
   * @throws IllegalArgumentException with all of it
   */
  public static void require(HttpClientOptions given) {
    List<String> problems = problems(given);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("HttpClientOptions: " + String.join("\n", problems));
    }
  }
}
