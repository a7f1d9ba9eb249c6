package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.log.Position;
import org.jspecify.annotations.Nullable;

/**
 * The stream that has opened with a ticket, for which alone it is good from then on. Any thread.
 */
final class TicketUse {

  // guarded by this
  private @Nullable Position from;
  private @Nullable Position to;
  private @Nullable Runnable end;

  /** Whether a stream has opened with it. */
  synchronized boolean isUsed() {
    return from != null;
  }

  /** Whether a request comes back to its stream, or none has opened with it. */
  synchronized boolean isFor(@Nullable String lastEventId) {
    if (from == null) {
      return true;
    }
    Position id = lastEventId == null ? null : Position.parse(lastEventId);
    return id != null
        && id.epoch().equals(from.epoch())
        && id.sequence() >= from.sequence()
        && (to == null || id.sequence() <= to.sequence());
  }

  /** See {@link Ticket#bind}. */
  boolean bind(String position, @Nullable String lastEventId, Runnable ends) {
    Runnable before;
    synchronized (this) {
      if (!isFor(lastEventId)) {
        return false;
      }
      before = end;
      end = ends;
      to = null;
      if (from == null) {
        from = Position.parse(position);
      }
    }
    if (before != null) {
      before.run();
    }
    return true;
  }

  /** See {@link Ticket#leave}. */
  synchronized void leave(String position, Runnable ends) {
    if (end == ends) {
      end = null;
      to = Position.parse(position);
    }
  }
}
