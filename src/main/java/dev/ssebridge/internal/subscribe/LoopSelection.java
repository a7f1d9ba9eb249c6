package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.subscribe.StreamQuery.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The first of those streams of a loop that a query is about. Only the loop, until it is full. */
final class LoopSelection {
  private final StreamQuery query;

  /** The last one first, which gives way to another. */
  private final PriorityQueue<Found> best =
      new PriorityQueue<>(Comparator.comparingLong(Found::rank));

  private long count;

  LoopSelection(StreamQuery query) {
    this.query = query;
  }

  void offer(OpenStream stream) {
    if (!query.which().includes(stream)) {
      return;
    }
    count++;
    long rank = query.order().rankOf(stream);
    Found last = best.peek();
    if (last == null || best.size() < query.limit()) {
      best.add(new Found(rank, stream.view()));
    } else if (rank > last.rank()) {
      best.poll();
      best.add(new Found(rank, stream.view()));
    }
  }

  /** Those of several loops together. */
  static StreamQuery.Result together(StreamQuery query, List<LoopSelection> loops) {
    List<Found> all = new ArrayList<>();
    long count = 0;
    for (LoopSelection each : loops) {
      all.addAll(each.best);
      count += each.count;
    }
    return new StreamQuery.Result(
        all.stream().sorted(Found.FIRST_TO_LAST).limit(query.limit()).map(Found::view).toList(),
        count);
  }
}
