package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.log.Position;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands for somebody in the URL of one stream. The first stream that opens with it has it,
 * and from then on it is good for coming back to that stream alone. Any thread.
 */
public final class Ticket {
  /**
   * What it is good for.
   *
   * @param route the name of the route
   * @param parameters of its path
   */
  public record Place(String route, Map<String, String> parameters) {}

  // set at construction
  private final Identity who;
  private final Place place;
  private final String page;
  private final Instant until;
  private final Instant shown;

  // guarded by this
  private @Nullable Position from;
  private @Nullable Position to;
  private @Nullable Runnable end;

  Ticket(Identity who, Place place, String page, Instant until, Instant shown) {
    this.who = who;
    this.place = place;
    this.page = page;
    this.until = until;
    this.shown = shown;
  }

  /** Whom it stands for. */
  public Identity who() {
    return who;
  }

  /** When he has shown who he is. */
  public Instant shown() {
    return shown;
  }

  Place place() {
    return place;
  }

  /** The site that it was made for. */
  String page() {
    return page;
  }

  /** Whether it can be used no more. */
  synchronized boolean isOver(Instant now) {
    Instant expires = who.expires();
    return (expires != null && !now.isBefore(expires)) || (from == null && now.isAfter(until));
  }

  /** Whether a request may use it: the first one, or one that comes back to its stream. */
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

  /**
   * A stream opens with it; the one that had it before ends.
   *
   * @param position the id that the stream would resume after
   * @param lastEventId what the request came back with; null where it came for the first time
   * @param ends the stream
   * @return whether it has it; false where another was first
   */
  public boolean bind(String position, @Nullable String lastEventId, Runnable ends) {
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

  /**
   * The stream is over.
   *
   * @param position the id that it would resume after
   * @param ends what it was bound with
   */
  public synchronized void leave(String position, Runnable ends) {
    if (end == ends) {
      end = null;
      to = Position.parse(position);
    }
  }
}
