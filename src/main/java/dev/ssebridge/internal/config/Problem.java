package dev.ssebridge.internal.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a configuration.
 *
 * @param source the file it is in, or {@code null} for JSON that came from no file
 * @param place where: a JSON pointer (RFC 6901), or line and column of broken JSON, or {@code ""}
 *     for the document as a whole
 * @param message what was expected and what came instead
 */
public record Problem(@Nullable String source, String place, String message) {

  /** For example {@code conf/bridge.json: /http/port: expected 0..65535, got 70000}. */
  @Override
  public String toString() {
    return (source == null ? "" : source + ": ") + (place.isEmpty() ? "" : place + ": ") + message;
  }
}
