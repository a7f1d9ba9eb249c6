package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthConfig.TicketConfig;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The tickets that are good for something, by their hashes: what is kept here cannot be used. Any
 * thread.
 */
public final class Tickets {
  /** Of one subject there are so many at most, so that nobody takes the room of all others. */
  private static final int MOST_OF_ONE = 1000;

  private static final int BYTES = 32;

  private final TicketConfig config;
  private final LongSupplier clock;
  private final SecureRandom random = new SecureRandom();

  // guarded by this
  private final Map<Digest, Ticket> tickets = new LinkedHashMap<>();
  private final Map<String, Deque<Digest>> bySubject = new HashMap<>();

  /**
   * None at first.
   *
   * @param clock milliseconds since 1970
   */
  Tickets(TicketConfig config, LongSupplier clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * A new one.
   *
   * @param text for the URL
   * @param until it can be used the first time
   */
  public record Issued(String text, Instant until) {}

  /**
   * Makes one.
   *
   * @param page of which site the request is, as {@link SendingPage} tells
   * @param shown when he has shown who he is
   */
  public Issued issue(Identity who, Ticket.Place place, String page, Instant shown) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Instant until = now().plus(config.age());
    Digest key = Digest.of(text);
    synchronized (this) {
      dropOld();
      Deque<Digest> own = bySubject.computeIfAbsent(subjectOf(who), s -> new ArrayDeque<>());
      if (own.size() >= MOST_OF_ONE) {
        tickets.remove(own.removeFirst());
      }
      own.addLast(key);
      tickets.put(key, new Ticket(who, place, page, until, shown));
      if (tickets.size() > config.most()) {
        drop(tickets.keySet().iterator().next());
      }
    }
    return new Issued(text, until);
  }

  private static String subjectOf(Identity who) {
    return who.provider() + ' ' + who.subject();
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.getAsLong());
  }

  /** The oldest first; behind one that is still good for something nothing is looked for. */
  private void dropOld() {
    Instant now = now();
    Iterator<Map.Entry<Digest, Ticket>> oldest = tickets.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Digest, Ticket> each = oldest.next();
      if (!each.getValue().isOver(now)) {
        return;
      }
      oldest.remove();
      forget(each.getKey(), each.getValue());
    }
  }

  private void drop(Digest key) {
    Ticket ticket = tickets.remove(key);
    if (ticket != null) {
      forget(key, ticket);
    }
  }

  private void forget(Digest key, Ticket ticket) {
    String subject = subjectOf(ticket.who());
    Deque<Digest> own = bySubject.get(subject);
    if (own != null) {
      own.remove(key);
      if (own.isEmpty()) {
        bySubject.remove(subject);
      }
    }
  }

  /** So many are kept. */
  synchronized int size() {
    return tickets.size();
  }

  /**
   * The ticket that a request shows.
   *
   * @param page of which site the request is, as {@link SendingPage} tells
   * @param lastEventId what it comes back with; null for nothing
   * @throws AuthFailure if it is good for nothing here; of the kind {@code UNAVAILABLE}, as a page
   *     can get another
   */
  public Ticket use(String text, Ticket.Place place, String page, @Nullable String lastEventId)
      throws AuthFailure {
    Ticket ticket;
    Digest key = Digest.of(text);
    synchronized (this) {
      ticket = tickets.get(key);
      if (ticket != null && ticket.isOver(now())) {
        drop(key);
        ticket = null;
      }
    }
    if (ticket == null) {
      throw refused("it is not known here, or its time is over");
    }
    if (!ticket.place().equals(place)) {
      throw refused("it is for another stream");
    }
    if (!ticket.page().equals(page)) {
      throw refused("it is for pages of another origin");
    }
    if (!ticket.isFor(lastEventId)) {
      throw refused("it was used, and is good for coming back to that stream alone");
    }
    return ticket;
  }

  private static AuthFailure refused(String reason) {
    return new AuthFailure(
        AuthFailure.Kind.UNAVAILABLE, "the ticket is not taken: " + reason + "; get another one");
  }
}
