package dev.ssebridge.internal.bus;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntUnaryOperator;

/** How many channels of a bridge there are by the remote whose request made them. Any thread. */
public final class RemoteChannels {
  private volatile int limit;
  private volatile IntUnaryOperator ofRoute;
  private final ConcurrentMap<String, Integer> counts = new ConcurrentHashMap<>();

  /**
   * @param limit of each remote
   * @param ofRoute how many of these each remote may have on a route, from how many the route may
   *     have
   */
  public RemoteChannels(int limit, IntUnaryOperator ofRoute) {
    this.limit = limit;
    this.ofRoute = ofRoute;
  }

  /** Other limits from now on; channels that there are stay. */
  public void limit(int most, IntUnaryOperator mostOfRoute) {
    limit = most;
    ofRoute = mostOfRoute;
  }

  /** Of each remote. */
  public int limit() {
    return limit;
  }

  /** Of each remote, on a route that may have this number of channels. */
  int limitOf(int channels) {
    return Math.min(limit, ofRoute.applyAsInt(channels));
  }

  /** Whether this one has as many as it may. */
  public boolean isFull(String remote) {
    return counts.getOrDefault(remote, 0) >= limit;
  }

  void add(String remote) {
    counts.merge(remote, 1, Integer::sum);
  }

  void remove(String remote) {
    counts.computeIfPresent(remote, (r, count) -> count == 1 ? null : count - 1);
  }
}
