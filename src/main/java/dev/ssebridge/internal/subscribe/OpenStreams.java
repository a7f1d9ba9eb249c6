package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.fanout.Subscriber;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The streams that one bridge object opened, by loop. Any thread. */
public final class OpenStreams {
  private final Map<FanoutLoop, LoopStreams> byLoop = new ConcurrentHashMap<>();
  private volatile boolean lagWatched;

  /** Those of a loop. */
  LoopStreams on(FanoutLoop loop) {
    LoopStreams streams = byLoop.computeIfAbsent(loop, LoopStreams::new);
    if (lagWatched) {
      streams.watchLag();
    }
    return streams;
  }

  /** Has it counted once a second from now on how far they are behind. */
  public void watchLag() {
    lagWatched = true;
    byLoop.values().forEach(LoopStreams::watchLag);
  }

  /** No more. */
  public void endLagWatch() {
    lagWatched = false;
    byLoop.values().forEach(LoopStreams::endLagWatch);
  }

  /** Those of each loop that ever had one. */
  public List<LoopStreams> loops() {
    return List.copyOf(byLoop.values());
  }

  /** Those among which this id is, if it is of any; {@code null} where it is of none. */
  public @Nullable LoopStreams of(String id) {
    for (LoopStreams streams : byLoop.values()) {
      if (streams.mayHave(id)) {
        return streams;
      }
    }
    return null;
  }

  /**
   * Ends the streams of some routes as {@link Drain} does.
   *
   * @param routes those of these
   * @param overMillis 0 for at once
   * @param lastWords written to a stream before its end; asked once for each
   */
  public Future<Void> drain(
      Predicate<StreamRoute> routes, long overMillis, Supplier<byte @Nullable []> lastWords) {
    List<Future<Void>> loops = new ArrayList<>();
    byLoop.forEach(
        (loop, open) ->
            loops.add(new Drain(loop.loop(), overMillis, lastWords).of(() -> these(open, routes))));
    return Future.all(loops).mapEmpty();
  }

  private static List<Subscriber> these(LoopStreams open, Predicate<StreamRoute> routes) {
    List<Subscriber> these = new ArrayList<>();
    for (OpenStream stream : open.all()) {
      if (routes.test(stream.route())) {
        these.add(stream.subscriber());
      }
    }
    return these;
  }
}
