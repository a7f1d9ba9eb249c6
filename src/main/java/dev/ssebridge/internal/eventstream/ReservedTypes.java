package dev.ssebridge.internal.eventstream;

import java.util.Set;

/**
 * The types of events that only the bridge itself sends.
 *
 * @param others besides those that begin with {@value #PREFIX}
 */
public record ReservedTypes(Set<String> others) {
  /** What the names of the bridge's own types begin with. */
  public static final String PREFIX = "sse.";

  /** Whether nobody else may send this type. */
  public boolean contains(String type) {
    return isOwn(type) || others.contains(type);
  }

  /** Whether this is one of the bridge's own types, wherever it goes. */
  public static boolean isOwn(String type) {
    return type.startsWith(PREFIX);
  }
}
