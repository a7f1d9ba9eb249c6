package dev.ssebridge.internal.auth;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * What was revoked while it was still valid, so that whoever comes back with it is refused. Any
 * thread.
 */
public final class Revoked {
  /** So many are kept; above that the oldest go. */
  private static final int MOST = 10_000;

  private final LongSupplier clock;

  // guarded by this
  private final Deque<Entry> entries = new ArrayDeque<>();

  // written under this
  private volatile boolean isEmpty = true;

  private record Entry(Revocation revocation, Instant at) {}

  /**
   * None at first.
   *
   * @param clock milliseconds since 1970
   */
  public Revoked(LongSupplier clock) {
    this.clock = clock;
  }

  /** Takes one note. */
  public synchronized void add(Revocation revocation) {
    entries.removeIf(entry -> entry.revocation().equals(revocation));
    entries.addLast(new Entry(revocation, Instant.ofEpochMilli(clock.getAsLong())));
    if (entries.size() > MOST) {
      entries.removeFirst();
    }
    isEmpty = false;
  }

  /**
   * Whether what somebody has shown was revoked: by the id of its token, or because it names him
   * and was issued before, or does not say when.
   */
  boolean names(Identity identity) {
    if (isEmpty) {
      return false;
    }
    synchronized (this) {
      for (Entry entry : entries) {
        Instant issued = identity.issued();
        boolean isOlder =
            entry.revocation().token() != null || issued == null || !issued.isAfter(entry.at());
        if (isOlder && entry.revocation().names(identity)) {
          return true;
        }
      }
      return false;
    }
  }
}
