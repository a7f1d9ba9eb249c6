package dev.ssebridge.internal.config;

import dev.ssebridge.DemoOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The demo: a message now and then, and pages that show it.
 *
 * @param address the event-bus address it publishes to
 * @param every how often
 */
public record DemoConfig(String address, Duration every) {

  static @Nullable DemoConfig of(@Nullable DemoOptions options) {
    return options == null ? null : new DemoConfig(options.getAddress(), options.getEvery());
  }
}
