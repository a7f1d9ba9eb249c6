package dev.ssebridge.internal.config;

import dev.ssebridge.AdminOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The admin port of the program.
 *
 * @param host the address that it listens on
 * @param port 0 for any that is free
 * @param loopTimeout how long an event loop may take to answer
 */
public record AdminConfig(String host, int port, Duration loopTimeout) {

  static @Nullable AdminConfig of(@Nullable AdminOptions options) {
    return options == null
        ? null
        : new AdminConfig(options.getHost(), options.getPort(), options.getLoopTimeout());
  }
}
