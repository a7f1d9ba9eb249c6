package dev.ssebridge.internal.auth;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was found out, by the hash of what was shown, until a time each. Its size is limited: at the
 * limit, what nobody has asked for in a while goes. Any thread; asking takes no lock.
 */
final class Kept<V> {
  /** How many that were asked for are passed over, so that adding takes no longer with many. */
  private static final int MOST_PASSED = 8;

  private final int most;
  private final LongSupplier clock;
  private final ConcurrentMap<Digest, Entry<V>> entries = new ConcurrentHashMap<>();

  /** Guarded by this; has all entries, and maybe some that were taken out. */
  private final Deque<Entry<V>> order = new ArrayDeque<>();

  private static final class Entry<V> {
    private final Digest key;
    private final V value;
    private final long until;
    private volatile boolean isAsked;

    Entry(Digest key, V value, long until) {
      this.key = key;
      this.value = value;
      this.until = until;
    }
  }

  /**
   * Nothing at first.
   *
   * @param most how many are kept
   * @param clock milliseconds since 1970
   */
  Kept(int most, LongSupplier clock) {
    this.most = most;
    this.clock = clock;
  }

  /** What was found out; null where that is unknown, or its time is over. */
  @Nullable V get(Digest key) {
    Entry<V> entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    if (clock.getAsLong() >= entry.until) {
      entries.remove(key, entry);
      return null;
    }
    if (!entry.isAsked) {
      entry.isAsked = true;
    }
    return entry.value;
  }

  /**
   * Keeps it.
   *
   * @param until milliseconds since 1970
   */
  synchronized void put(Digest key, V value, long until) {
    Entry<V> entry = new Entry<>(key, value, until);
    entries.put(key, entry);
    order.addLast(entry);
    int passed = 0;
    while (order.size() > most) {
      Entry<V> oldest = order.removeFirst();
      if (oldest.isAsked && passed < MOST_PASSED && entries.get(oldest.key) == oldest) {
        oldest.isAsked = false;
        order.addLast(oldest);
        passed++;
      } else {
        entries.remove(oldest.key, oldest);
      }
    }
  }

  /** Forgets it. */
  void remove(Digest key) {
    entries.remove(key);
  }

  /** Forgets everything. */
  synchronized void clear() {
    entries.clear();
    order.clear();
  }

  /** How much there is. */
  int size() {
    return entries.size();
  }
}
