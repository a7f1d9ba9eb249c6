package dev.ssebridge.internal.config;

import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.format.EventDecoderOptions;
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
    EventDecoderOptions.Oversized oversized) {

  static SourceConnection of(SourceOptions options, Place at) {
    Duration least = options.getMinServerRetry();
    Duration longest = options.getMaxServerRetry();
    if (least.compareTo(longest) > 0) {
      at.problem(
          "minServerRetry",
          "expected at most maxServerRetry, " + longest.toMillis() + "ms, got more");
    }
    return new SourceConnection(
        options.getRetry(),
        options.getMaxRetry(),
        least,
        longest,
        options.isStrict(),
        options.getIdleTimeout(),
        options.getConnectTimeout(),
        options.getResponseTimeout(),
        options.getMaxEventBytes(),
        options.getOversized());
  }
}
