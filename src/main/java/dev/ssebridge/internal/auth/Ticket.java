package dev.ssebridge.internal.auth;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands for somebody in the URL of one stream, as a request has shown it. The first stream
 * that opens with it has it, and from then on it is good for coming back to that stream alone. Any
 * thread.
 */
public final class Ticket {
  /**
   * What it is good for.
   *
   * @param route the name of the route
   * @param parameters of its path
   */
  public record Place(String route, Map<String, String> parameters) {}

  /**
   * What it says.
   *
   * @param who whom it stands for
   * @param page the site that it was made for
   * @param shown when he has shown who he is
   * @param until when it can be used the first time
   * @param end when it can be used no more, because its life or his token is over
   * @param epoch of the channel that it was made for; null where nothing is known of that
   */
  record Words(
      Identity who,
      Place place,
      String page,
      Instant shown,
      Instant until,
      Instant end,
      @Nullable String epoch) {

    boolean isOver(Instant now) {
      return !now.isBefore(end);
    }
  }

  private final Words words;
  private final TicketUse use;

  Ticket(Words words, TicketUse use) {
    this.words = words;
    this.use = use;
  }

  /** Whom it stands for. */
  public Identity who() {
    return words.who();
  }

  /** When he has shown who he is. */
  public Instant shown() {
    return words.shown();
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
    return use.bind(position, lastEventId, ends);
  }

  /**
   * The stream is over.
   *
   * @param position the id that it would resume after
   * @param ends what it was bound with
   */
  public void leave(String position, Runnable ends) {
    use.leave(position, ends);
  }
}
