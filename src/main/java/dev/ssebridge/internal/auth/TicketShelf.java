package dev.ssebridge.internal.auth;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tickets that are kept, the oldest first, by their hashes: what is kept here cannot be used.
 * Any thread.
 */
final class TicketShelf {
  /** The most tickets of one subject, so that nobody takes the room of all others. */
  private static final int MOST_OF_ONE = 1000;

  /**
   * One of them.
   *
   * @param use of it
   * @param subject whose it is
   * @param until when it can be used the first time
   * @param end when it can be used no more
   * @param words what it says; null where that is in its text
   */
  record Kept(
      TicketUse use, String subject, Instant until, Instant end, Ticket.@Nullable Words words) {

    boolean isOver(Instant now) {
      return !now.isBefore(end) || (words != null && !use.isUsed() && now.isAfter(until));
    }

    /** Whether nothing is lost with it but a way to come back: it cannot be used as a new one. */
    boolean mayGo(Instant now) {
      return words != null || now.isAfter(until);
    }
  }

  // guarded by this
  private final Map<Digest, Kept> all = new LinkedHashMap<>();
  private final Map<String, Deque<Digest>> bySubject = new HashMap<>();

  synchronized @Nullable Kept get(Digest key, Instant now) {
    Kept kept = all.get(key);
    if (kept != null && kept.isOver(now)) {
      drop(key);
      return null;
    }
    return kept;
  }

  /**
   * Keeps one, unless it is there already.
   *
   * @param most the most tickets of all subjects together
   * @return the one that is there; null where there is no room, as none of those that are may go
   */
  synchronized @Nullable Kept keep(Digest key, Kept kept, int most, Instant now) {
    Kept present = all.get(key);
    if (present != null) {
      return present;
    }
    dropOld(now);
    Deque<Digest> own = bySubject.get(kept.subject());
    if (own != null && own.size() >= MOST_OF_ONE && !dropIfItMay(own.getFirst(), now)) {
      return null;
    }
    if (all.size() >= most && !dropIfItMay(all.keySet().iterator().next(), now)) {
      return null;
    }
    bySubject.computeIfAbsent(kept.subject(), s -> new ArrayDeque<>()).addLast(key);
    all.put(key, kept);
    return kept;
  }

  private boolean dropIfItMay(Digest key, Instant now) {
    Kept kept = all.get(key);
    boolean mayGo = kept == null || kept.mayGo(now);
    if (mayGo) {
      drop(key);
    }
    return mayGo;
  }

  /** Behind one that is still good for something nothing is looked for. */
  private void dropOld(Instant now) {
    Iterator<Map.Entry<Digest, Kept>> oldest = all.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Digest, Kept> each = oldest.next();
      if (!each.getValue().isOver(now)) {
        return;
      }
      oldest.remove();
      forget(each.getKey(), each.getValue());
    }
  }

  private void drop(Digest key) {
    Kept kept = all.remove(key);
    if (kept != null) {
      forget(key, kept);
    }
  }

  private void forget(Digest key, Kept kept) {
    Deque<Digest> own = bySubject.get(kept.subject());
    if (own != null) {
      own.remove(key);
      if (own.isEmpty()) {
        bySubject.remove(kept.subject());
      }
    }
  }

  synchronized int size() {
    return all.size();
  }
}
