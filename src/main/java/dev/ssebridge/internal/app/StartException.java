package dev.ssebridge.internal.app;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.HttpConfig;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The bridge could not be started; the message says why, in words for an operator. */
final class StartException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = Logger.getLogger(Program.class.getName());

  StartException(String message) {
    super(message);
  }

  StartException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The cause of a failed start, in words for an operator; logs a cause that nobody expects. */
  static String reason(HttpConfig http, @Nullable Throwable cause) {
    if (cause instanceof StartException told) {
      return String.valueOf(told.getMessage());
    }
    if (cause instanceof ConfigException wrong) {
      return String.valueOf(wrong.getMessage());
    }
    if (cause instanceof IOException) {
      return "cannot listen on " + ListeningAt.place(http) + ": " + cause.getMessage();
    }
    LOG.log(Level.SEVERE, "cannot start", cause);
    return "cannot start: " + cause;
  }
}
