package dev.ssebridge.internal.store.file;

import java.nio.file.Path;

/**
 * Bytes of a segment that are no records.
 *
 * @param from the first of them
 * @param to the one after the last of them
 */
public record Damage(Path segment, long from, long to, String what) {
  @Override
  public String toString() {
    return segment + ": " + what + ", bytes " + from + " to " + to;
  }
}
