package dev.ssebridge.internal.config;

import org.jspecify.annotations.Nullable;

/**
 * Event-bus addresses that take commands.
 *
 * @param sources the address that adds, stops and lists sources, or null for none
 */
public record ControlConfig(@Nullable String sources) {

  static ControlConfig read(ConfigObject in) {
    ControlConfig config = new ControlConfig(in.optional("sources", ValueType.text()));
    in.end();
    return config;
  }
}
