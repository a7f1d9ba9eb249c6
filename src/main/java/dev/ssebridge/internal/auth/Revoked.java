package dev.ssebridge.internal.auth;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was revoked while it was still valid, so that a client that comes back with it is refused.
 * Any thread.
 */
public final class Revoked {
  /** The most that are kept; above that the oldest go. */
  private static final int MOST = 10_000;

  private static final String OF_CLAIMS = "";

  private final LongSupplier clock;

  // guarded by this
  private final Set<Revocation> all = new LinkedHashSet<>();

  private final Map<String, Map<Revocation, Instant>> byKey = new HashMap<>();

  // written under this
  private volatile boolean isEmpty = true;

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
    drop(revocation);
    all.add(revocation);
    byKey.computeIfAbsent(key(revocation), k -> new LinkedHashMap<>()).put(revocation, now());
    if (all.size() > MOST) {
      drop(all.iterator().next());
    }
    isEmpty = false;
  }

  private void drop(Revocation revocation) {
    String key = key(revocation);
    Map<Revocation, Instant> some = byKey.get(key);
    if (some != null && some.remove(revocation) != null) {
      all.remove(revocation);
      if (some.isEmpty()) {
        byKey.remove(key);
      }
    }
  }

  /** Where it is found again: by its token, or by its subject, or among those of claims alone. */
  private static String key(Revocation revocation) {
    return revocation.token() != null
        ? ofToken(revocation.token())
        : revocation.subject() != null ? ofSubject(revocation.subject()) : OF_CLAIMS;
  }

  private static String ofToken(String id) {
    return "token " + id;
  }

  private static String ofSubject(String subject) {
    return "subject " + subject;
  }

  Instant now() {
    return Instant.ofEpochMilli(clock.getAsLong());
  }

  /**
   * Whether somebody was revoked: what he has shown by the id of its token, or himself after he has
   * shown it.
   *
   * @param since what was revoked before does not count, except for the ids of tokens; null where
   *     everything does
   */
  boolean names(Identity identity, @Nullable Instant since) {
    if (isEmpty) {
      return false;
    }
    String token = identity.tokenId();
    String subject = identity.subject();
    synchronized (this) {
      return (token != null && names(ofToken(token), identity, since))
          || (subject != null && names(ofSubject(subject), identity, since))
          || names(OF_CLAIMS, identity, since);
    }
  }

  private boolean names(String key, Identity identity, @Nullable Instant since) {
    return byKey.getOrDefault(key, Map.of()).entrySet().stream()
        .anyMatch(
            each ->
                (each.getKey().token() != null || since == null || !since.isAfter(each.getValue()))
                    && each.getKey().names(identity));
  }
}
