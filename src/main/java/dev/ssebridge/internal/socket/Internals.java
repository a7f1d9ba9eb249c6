package dev.ssebridge.internal.socket;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the bridge needs of Vert.x that is not public API, as it is in the versions that the bridge
 * is tested with. In another one the bridge serves all the same, but not all of its limits hold.
 */
public final class Internals {
  private static final System.Logger LOG = System.getLogger(Internals.class.getName());
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private Internals() {}

  /** Warns once, where they are not there. Any thread. */
  public static void warnIfOutOfReach() {
    String warning = warning(SocketState.canSeeChannels(), WrittenBytes.isKnown());
    if (warning != null && WARNED.compareAndSet(false, true)) {
      LOG.log(Level.WARNING, warning);
    }
  }

  static @Nullable String warning(boolean channels, boolean responses) {
    if (!channels) {
      return "this version of Vert.x keeps its connections to itself: streams are written the public"
          + " way, which is slower; http.requestTimeout, http.stalled, limits.connectionsPerRemote"
          + " and the rules of HTTP that Vert.x does not hold are not in force; use a version that"
          + " the bridge is tested with";
    }
    return responses
        ? null
        : "this version of Vert.x has other responses than expected: streams are written the public"
            + " way, which is slower; use a version that the bridge is tested with";
  }
}
