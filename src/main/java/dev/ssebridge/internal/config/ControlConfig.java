package dev.ssebridge.internal.config;

import org.jspecify.annotations.Nullable;

/**
 * The event-bus address that takes commands for the sources, and what they may do.
 *
 * @param sources the address, or null for none
 * @param allow what sources that come at run time may use
 * @param persist path of the file in which they survive a restart, or null for none
 * @param maxSources at most so many sources, those of the configuration included
 */
public record ControlConfig(
    @Nullable String sources, ControlAllow allow, @Nullable String persist, int maxSources) {

  static ControlConfig read(ConfigObject in) {
    ControlConfig config =
        new ControlConfig(
            in.optional("sources", ValueType.text()),
            in.block("allow", ControlAllow::read),
            in.optional("persist", ValueType.text()),
            in.get("maxSources", ValueType.integer(1, 10_000), 1000));
    if (config.persist != null && config.sources == null) {
      in.problem("persist", "expected \"sources\" beside it, without which no source is added");
    }
    in.end();
    return config;
  }
}
