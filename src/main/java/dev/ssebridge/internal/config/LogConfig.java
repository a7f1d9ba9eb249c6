package dev.ssebridge.internal.config;

import dev.ssebridge.LogFormat;
import dev.ssebridge.LogOptions;
import java.lang.System.Logger.Level;

/**
 * What the log says, and how.
 *
 * @param format how the program writes it
 * @param level the least of what the bridge itself logs in the program
 * @param access whether streams and requests to publish have lines
 */
public record LogConfig(LogFormat format, Level level, boolean access) {

  static LogConfig of(LogOptions options) {
    return new LogConfig(options.getFormat(), options.getLevel(), options.isAccess());
  }
}
