package dev.ssebridge.internal.config;

import dev.ssebridge.HistoryOptions;
import java.time.Duration;

/**
 * How much a channel's log keeps; whichever limit is reached first evicts the oldest events.
 *
 * @param events at most this many events; 0 keeps none
 * @param bytes at most this many bytes
 * @param age no event older than this
 */
public record HistoryConfig(int events, long bytes, Duration age) {
  static HistoryConfig of(HistoryOptions options) {
    return new HistoryConfig(options.getEvents(), options.getBytes(), options.getAge());
  }
}
