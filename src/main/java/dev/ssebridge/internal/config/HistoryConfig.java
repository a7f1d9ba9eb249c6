package dev.ssebridge.internal.config;

import java.time.Duration;

/**
 * How much a channel's log keeps; whichever limit is reached first evicts the oldest events.
 *
 * @param events at most this many events; 0 keeps none
 * @param bytes at most this many bytes
 * @param age no event older than this
 */
public record HistoryConfig(int events, long bytes, Duration age) {
  private static final int MOST_EVENTS = 10_000_000;

  static HistoryConfig read(ConfigObject in) {
    HistoryConfig config =
        new HistoryConfig(
            in.get("events", ValueType.integer(0, MOST_EVENTS), 10_000),
            in.get("bytes", ValueType.size(1), "16MiB"),
            in.get("age", ValueType.duration(Duration.ofMillis(1)), "10m"));
    in.end();
    return config;
  }
}
