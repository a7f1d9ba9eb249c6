package dev.ssebridge.internal.address;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is served on a path, at about the same cost however many paths there are. Immutable.
 *
 * @param <T> what is served
 */
public final class PathTable<T> {
  private final Map<Integer, List<Kind<T>>> bySize = new HashMap<>();

  /**
   * Templates that have their parameters at the same places.
   *
   * @param entries by the segments that are fixed
   */
  private record Kind<T>(BitSet parameters, Map<List<String>, Entry<T>> entries) {

    @Nullable Entry<T> entry(List<String> segments) {
      return entries.get(fixed(segments, parameters));
    }
  }

  /**
   * One of them.
   *
   * @param rank the lowest of those that match is found
   */
  private record Entry<T>(int rank, T value) {}

  /**
   * @param all what is served; of two that match a path the first is found
   */
  public PathTable(List<? extends T> all, Function<? super T, PathTemplate> path) {
    Map<BitSet, Map<Integer, Kind<T>>> kinds = new HashMap<>();
    for (int rank = 0; rank < all.size(); rank++) {
      T value = all.get(rank);
      List<String> segments = path.apply(value).segments();
      BitSet parameters = new BitSet();
      for (int i = 0; i < segments.size(); i++) {
        parameters.set(i, PathTemplate.isParameter(segments.get(i)));
      }
      kinds
          .computeIfAbsent(parameters, places -> new HashMap<>())
          .computeIfAbsent(segments.size(), size -> kind(size, parameters))
          .entries()
          .putIfAbsent(fixed(segments, parameters), new Entry<>(rank, value));
    }
  }

  private Kind<T> kind(int size, BitSet parameters) {
    Kind<T> kind = new Kind<>(parameters, new HashMap<>());
    bySize.computeIfAbsent(size, segments -> new ArrayList<>()).add(kind);
    return kind;
  }

  private static List<String> fixed(List<String> segments, BitSet parameters) {
    List<String> fixed = new ArrayList<>(segments.size());
    for (int i = 0; i < segments.size(); i++) {
      if (!parameters.get(i)) {
        fixed.add(segments.get(i));
      }
    }
    return fixed;
  }

  /**
   * The first whose template matches.
   *
   * @param path as it came over the wire: percent-encoded, or not where that is not needed
   */
  public @Nullable T first(String path) {
    int size = slashes(path);
    List<Kind<T>> kinds = bySize.get(size);
    if (kinds == null || !path.startsWith("/")) {
      return null;
    }
    List<String> segments = new ArrayList<>(size);
    for (int from = 1; segments.size() < size; ) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      segments.add(decoded(path.substring(from, to)));
      from = to + 1;
    }
    Entry<T> first = null;
    for (Kind<T> kind : kinds) {
      Entry<T> found = kind.entry(segments);
      if (found != null && (first == null || found.rank() < first.rank())) {
        first = found;
      }
    }
    return first == null ? null : first.value();
  }

  private static int slashes(String path) {
    int slashes = 0;
    for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      slashes++;
    }
    return slashes;
  }

  private static String decoded(String segment) {
    try {
      return segment.indexOf('%') < 0 ? segment : PercentEncoding.decode(segment);
    } catch (IllegalArgumentException malformed) {
      return segment; // which no fixed segment is
    }
  }
}
