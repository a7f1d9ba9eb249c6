package dev.ssebridge.internal.bus;

/**
 * Tells what is posted to the bridge from what others publish. A message says nothing of where it
 * comes from, but the event bus hands it to the {@link Intake} on the thread of the publisher; on a
 * clustered bus it may do so later, and then it counts as published by anybody.
 */
public final class Posted {
  private static final ThreadLocal<Boolean> NOW = ThreadLocal.withInitial(() -> false);

  private Posted() {}

  /** Publishes what was posted. */
  public static void publish(Runnable publishing) {
    NOW.set(true);
    try {
      publishing.run();
    } finally {
      NOW.remove();
    }
  }

  /** Whether this thread is publishing such just now. */
  static boolean isNow() {
    return NOW.get();
  }
}
