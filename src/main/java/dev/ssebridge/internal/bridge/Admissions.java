package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.config.LimitsConfig;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts open streams of a bridge against its limits. Any thread. */
final class Admissions {
  private volatile LimitsConfig limits;
  private final AtomicInteger all = new AtomicInteger();
  private final ConcurrentMap<String, Integer> byRemote = new ConcurrentHashMap<>();

  Admissions(LimitsConfig limits) {
    this.limits = limits;
  }

  /** Other limits from now on; streams that are open stay. */
  void limit(LimitsConfig other) {
    limits = other;
  }

  /** Streams open now. */
  int open() {
    return all.get();
  }

  /**
   * Counts a stream that is asked for, or says why it may not be.
   *
   * @param route streams of the route
   * @param remote the client's address
   * @return {@code null} if it may
   */
  @Nullable String admit(Count route, String remote) {
    if (!take(all, limits.subscribers())) {
      return "limits.subscribers: " + limits.subscribers() + " streams are open";
    }
    if (!take(route.open(), route.limit())) {
      all.decrementAndGet();
      return "the route's limits.subscribers: " + route.limit() + " streams are open";
    }
    int fromHere = byRemote.merge(remote, 1, Integer::sum);
    if (fromHere > limits.mostSubscribersPerRemote()) {
      release(route, remote);
      return "limits.subscribersPerRemote: "
          + limits.mostSubscribersPerRemote()
          + " streams are open from your address";
    }
    return null;
  }

  /**
   * Counts a stream of a channel, or says why it may not be.
   *
   * @return {@code null} if it may
   */
  static @Nullable String join(Count channel) {
    return take(channel.open(), channel.limit())
        ? null
        : "the route's limits.subscribersPerChannel: " + channel.limit() + " streams are open";
  }

  /** A stream that was admitted is closed. */
  void release(Count route, String remote) {
    all.decrementAndGet();
    route.open().decrementAndGet();
    byRemote.computeIfPresent(remote, (address, count) -> count == 1 ? null : count - 1);
  }

  private static boolean take(AtomicInteger count, int limit) {
    if (count.incrementAndGet() <= limit) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }

  /**
   * How many there are, and may be.
   *
   * @param open now
   * @param limit at most
   */
  record Count(AtomicInteger open, int limit) {}
}
