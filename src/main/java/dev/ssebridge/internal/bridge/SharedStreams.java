package dev.ssebridge.internal.bridge;

import dev.ssebridge.StreamInfo;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.bus.CallerContext;
import dev.ssebridge.internal.subscribe.Lags;
import dev.ssebridge.internal.subscribe.LoopStreams;
import dev.ssebridge.internal.subscribe.StreamQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The streams of all bridge objects that share channels. What is asked of them is done on their
 * loops, and told on the context of who asks, if that is one. Any thread.
 */
public final class SharedStreams {
  private final Vertx vertx;
  private final Channels channels;

  SharedStreams(Vertx vertx, Channels channels) {
    this.vertx = vertx;
    this.channels = channels;
  }

  private List<LoopStreams> loops() {
    List<LoopStreams> all = new ArrayList<>();
    channels.bridges().forEach(bridge -> all.addAll(bridge.openStreams().loops()));
    return all;
  }

  /** Those that are open, the oldest first. */
  public Future<List<StreamInfo>> describe() {
    List<Future<List<StreamInfo>>> asked = loops().stream().map(LoopStreams::describe).toList();
    return told(Future.all(asked).map(done -> together(asked)), List.of());
  }

  /** The first of those that a query is about. */
  public Future<StreamQuery.Result> select(StreamQuery query) {
    return told(LoopStreams.select(query, loops()), new StreamQuery.Result(List.of(), 0));
  }

  /**
   * How far they are behind.
   *
   * @return completed with what puts that together, which takes its time
   */
  public Future<Supplier<Lags.Summary>> lags() {
    return told(LoopStreams.lags(loops()), () -> Lags.Summary.NONE);
  }

  /** Ends those that are like this; completed with how many those were. */
  public Future<Integer> end(StreamQuery.Which which) {
    List<Future<Integer>> asked = loops().stream().map(loop -> loop.end(which)).toList();
    return told(Future.all(asked).map(done -> asked.stream().mapToInt(Future::result).sum()), 0);
  }

  private static List<StreamInfo> together(List<Future<List<StreamInfo>>> asked) {
    List<StreamInfo> all = new ArrayList<>();
    asked.forEach(some -> all.addAll(some.result()));
    all.sort(Comparator.comparing(StreamInfo::opened));
    return all;
  }

  /** Ends one of them; completed with whether there is one of this id. */
  public Future<Boolean> end(String id) {
    return of(id, loop -> loop.end(id));
  }

  /**
   * Sends an event to one of them; completed with whether there is one of this id.
   *
   * @throws IllegalArgumentException if the event has an id, or a type of the bridge's own
   */
  public Future<Boolean> send(String id, ServerSentEvent event) {
    if (event.id() != null) {
      throw new IllegalArgumentException(
          "expected an event without an id, as the stream resumes after those of its channel, got"
              + " one");
    }
    String type = event.type();
    if (type != null && channels.fed().reserved().contains(type)) {
      throw new IllegalArgumentException(
          "expected a type that is not for the bridge alone, got \"" + type + "\"");
    }
    return of(id, loop -> loop.send(id, event));
  }

  private Future<Boolean> of(String id, Function<LoopStreams, Future<Boolean>> task) {
    for (BridgeRoutes bridge : channels.bridges()) {
      LoopStreams loop = bridge.openStreams().of(id);
      if (loop != null) {
        return told(task.apply(loop), false);
      }
    }
    return told(Future.succeededFuture(false), false);
  }

  /** A loop that was shut down tells nothing any more. */
  private <T> Future<T> told(Future<T> future, T ifOver) {
    return CallerContext.told(
        vertx, channels.hub().unlessOver(future).map(value -> value == null ? ifOver : value));
  }
}
