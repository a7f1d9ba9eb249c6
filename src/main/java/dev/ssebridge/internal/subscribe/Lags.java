package dev.ssebridge.internal.subscribe;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * How far streams are behind at one moment, by route: the ages of the oldest events that they have
 * yet to get, in milliseconds. Only the loop, until it is full.
 */
public final class Lags {
  private final Map<String, LongStream.Builder> byRoute = new HashMap<>();

  Lags() {}

  void add(OpenStream stream) {
    byRoute
        .computeIfAbsent(stream.route().name(), route -> LongStream.builder())
        .add(stream.subscriber().behind().millis());
  }

  /**
   * How far behind a number of streams are.
   *
   * @param streams how many
   * @param p50 half of them are no more than this behind, in milliseconds
   * @param p99 99 of 100 are
   * @param max all are
   */
  public record Lag(int streams, long p50, long p99, long max) {
    static final Lag NONE = new Lag(0, 0, 0, 0);

    static Lag of(long... sorted) {
      int count = sorted.length;
      return count == 0
          ? NONE
          : new Lag(count, sorted[rank(count, 50)], sorted[rank(count, 99)], sorted[count - 1]);
    }

    private static int rank(int count, int percent) {
      return (int) ((long) count * percent + 99) / 100 - 1;
    }
  }

  /**
   * What that is together.
   *
   * @param all of all streams
   * @param routes of each route that has some
   */
  public record Summary(Lag all, Map<String, Lag> routes) {
    /** Of no streams. */
    public static final Summary NONE = new Summary(Lag.NONE, Map.of());

    /** That of a route. */
    public Lag of(String route) {
      return routes.getOrDefault(route, Lag.NONE);
    }
  }

  /** Those of several loops together, which are used up. Takes its time where there are many. */
  static Summary together(List<Lags> loops) {
    Map<String, LongStream> streams = new HashMap<>();
    loops.forEach(
        loop ->
            loop.byRoute.forEach(
                (route, some) -> streams.merge(route, some.build(), LongStream::concat)));
    Map<String, Lag> routes = new HashMap<>();
    long[] all = {};
    for (Map.Entry<String, LongStream> each : streams.entrySet()) {
      long[] sorted = each.getValue().sorted().toArray();
      routes.put(each.getKey(), Lag.of(sorted));
      int before = all.length;
      all = Arrays.copyOf(all, before + sorted.length);
      System.arraycopy(sorted, 0, all, before, sorted.length);
    }
    Arrays.sort(all);
    return new Summary(Lag.of(all), routes);
  }
}
