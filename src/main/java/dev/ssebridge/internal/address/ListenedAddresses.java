package dev.ssebridge.internal.address;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The addresses that routes of a Vert.x have channels of, and how many streams listen to each, of
 * all bridges and event loops. Here the sources that are followed on demand learn what is wanted.
 * There is an entry as long as there is a channel. Any thread.
 */
public final class ListenedAddresses implements Shareable {
  private static final String MAP = "dev.ssebridge.listened";
  private static final Count NONE = new Count(0, 0);

  private final Map<String, Count> counts = new ConcurrentHashMap<>();
  private final List<Consumer<String>> watchers = new CopyOnWriteArrayList<>();

  private ListenedAddresses() {}

  /**
   * Who needs an address.
   *
   * @param channels that it feeds
   * @param streams of these that get its events
   */
  private record Count(int channels, int streams) {
    Count with(int moreChannels, int moreStreams) {
      return new Count(channels + moreChannels, streams + moreStreams);
    }

    /** Whether somebody who follows it does otherwise now. */
    boolean isNewsAfter(Count before) {
      return (streams > 0) != (before.streams > 0) || (channels > 0) != (before.channels > 0);
    }
  }

  /** Those of this Vert.x. */
  public static ListenedAddresses of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, ListenedAddresses>getLocalMap(MAP)
        .computeIfAbsent("addresses", key -> new ListenedAddresses());
  }

  /** There is one channel more of these. */
  public void opened(Collection<String> addresses) {
    addresses.forEach(address -> change(address, count -> count.with(1, 0)));
  }

  /** There is one channel less of these, and what it retained is gone. */
  public void closed(Collection<String> addresses) {
    addresses.forEach(address -> change(address, count -> count.with(-1, 0)));
  }

  /** One stream more gets events of these. */
  public void came(Collection<String> addresses) {
    addresses.forEach(address -> change(address, count -> count.with(0, 1)));
  }

  /** One stream less gets events of these. */
  public void left(Collection<String> addresses) {
    addresses.forEach(address -> change(address, count -> count.with(0, -1)));
  }

  private void change(String address, UnaryOperator<Count> how) {
    boolean[] news = new boolean[1];
    counts.compute(
        address,
        (same, known) -> {
          Count before = known == null ? NONE : known;
          Count now = how.apply(before);
          news[0] = now.isNewsAfter(before);
          return now.equals(NONE) ? null : now;
        });
    if (news[0]) {
      watchers.forEach(watcher -> watcher.accept(address));
    }
  }

  /** Whether a stream gets events of this address. */
  public boolean hasStreams(String address) {
    Count count = counts.get(address);
    return count != null && count.streams > 0;
  }

  /** Whether a channel has this address, so that somebody may come back to it. */
  public boolean hasChannel(String address) {
    Count count = counts.get(address);
    return count != null && count.channels > 0;
  }

  /** The addresses that streams get events of. */
  public Set<String> listened() {
    Set<String> all = new HashSet<>();
    counts.forEach(
        (address, count) -> {
          if (count.streams > 0) {
            all.add(address);
          }
        });
    return all;
  }

  /**
   * Tells of each address whose first stream or channel came, or whose last one left, until the
   * result is run. What is so now is to be {@linkplain #listened asked for} afterwards; told is
   * only that something has changed, on the thread that changed it, so that the order does not
   * matter.
   *
   * @param watcher must neither block nor throw
   */
  public Runnable watch(Consumer<String> watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }
}
