package dev.ssebridge.internal.eventstream;

import dev.ssebridge.format.SseTypes;
import java.util.Set;

/**
 * The types of events that only the bridge itself sends.
 *
 * @param others besides those that begin with {@value SseTypes#PREFIX}
 */
public record ReservedTypes(Set<String> others) {
  /** Whether nobody else may send this type. */
  public boolean contains(String type) {
    return isOwn(type) || others.contains(type);
  }

  /** Whether this is one of the bridge's own types, wherever it goes. */
  public static boolean isOwn(String type) {
    return type.startsWith(SseTypes.PREFIX);
  }
}
