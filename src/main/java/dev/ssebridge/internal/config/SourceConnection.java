package dev.ssebridge.internal.config;

import java.time.Duration;

/**
 * How a source connects and reconnects, and what it reads.
 *
 * @param retry the reconnection time while the server gives none
 * @param maxRetry what it grows to while connections fail in a row
 * @param minServerRetry the least reconnection time that the server may set
 * @param maxServerRetry the longest one
 * @param strict whether statuses are taken as a browser takes them
 * @param idleTimeout silence after which the stream is taken for dead; zero for never
 * @param connectTimeout the limit until there is a connection; zero for none
 * @param responseTimeout the limit from there until the head of the response; zero for none
 * @param maxEventBytes the largest event; 0 for no limit
 * @param oversized what becomes of a larger one
 */
public record SourceConnection(
    Duration retry,
    Duration maxRetry,
    Duration minServerRetry,
    Duration maxServerRetry,
    boolean strict,
    Duration idleTimeout,
    Duration connectTimeout,
    Duration responseTimeout,
    long maxEventBytes,
    Oversized oversized) {

  /** What becomes of an event that is too large. */
  public enum Oversized {
    /** The connection is given up; the next one asks for it again. */
    FAIL,
    /** It is skipped. */
    SKIP
  }

  static SourceConnection read(ConfigObject in) {
    Duration least = in.get("minServerRetry", ValueType.duration(Duration.ZERO), "500ms");
    Duration longest = in.get("maxServerRetry", ValueType.duration(Duration.ZERO), "1h");
    if (least.compareTo(longest) > 0) {
      in.problem(
          "minServerRetry",
          "expected at most maxServerRetry, " + longest.toMillis() + "ms, got more");
    }
    return new SourceConnection(
        in.get("retry", ValueType.duration(Duration.ZERO), "1s"),
        in.get("maxRetry", ValueType.duration(Duration.ZERO), "30s"),
        least,
        longest,
        in.get("strict", ValueType.flag(), false),
        in.get("idleTimeout", ValueType.duration(Duration.ZERO), "0s"),
        in.get("connectTimeout", ValueType.duration(Duration.ZERO), "10s"),
        in.get("responseTimeout", ValueType.duration(Duration.ZERO), "60s"),
        in.get("maxEventBytes", ValueType.size(0), "16MiB"),
        in.get("oversized", ValueType.oneOf(Oversized.class), "fail"));
  }
}
