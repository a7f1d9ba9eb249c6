package dev.ssebridge.internal.config;

import java.time.Duration;

/**
 * The demo: a message now and then, and pages that show it.
 *
 * @param address the event-bus address it publishes to
 * @param every how often
 */
public record DemoConfig(String address, Duration every) {

  static DemoConfig read(ConfigObject in) {
    DemoConfig config =
        new DemoConfig(
            in.get("address", ValueType.text(), "demo"),
            in.get("every", ValueType.duration(Duration.ofMillis(1)), "2s"));
    in.end();
    return config;
  }
}
