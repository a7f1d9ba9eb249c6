package dev.ssebridge.internal.config;

import dev.ssebridge.ControlOptions;
import org.jspecify.annotations.Nullable;

/**
 * The event-bus address that takes commands for the sources, and what they may do.
 *
 * @param sources the address, or null for none
 * @param allow what sources that come at run time may use
 * @param persist path of the file in which they survive a restart, or null for none
 * @param maxSources the most sources, those of the configuration included
 */
public record ControlConfig(
    @Nullable String sources, ControlAllow allow, @Nullable String persist, int maxSources) {

  static ControlConfig of(ControlOptions options, Place at) {
    if (options.getPersist() != null && options.getSources() == null) {
      at.problem("persist", "expected \"sources\" beside it, without which no source is added");
    }
    Effects.require(options, at);
    return new ControlConfig(
        options.getSources(),
        ControlAllow.of(options.getAllow()),
        options.getPersist(),
        options.getMaxSources());
  }
}
