package dev.ssebridge.internal.config;

import dev.ssebridge.LagOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a subscriber may fall behind before the slow-consumer policy acts; null is no threshold.
 *
 * @param events this many events
 * @param bytes this many bytes
 * @param age the age of the next event it waits for
 */
public record LagConfig(@Nullable Long events, @Nullable Long bytes, @Nullable Duration age) {

  static LagConfig of(LagOptions options) {
    return new LagConfig(options.getEvents(), options.getBytes(), options.getAge());
  }
}
