package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.fanout.Subscriber;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The streams that one bridge object opened, by loop, so that it can end its own. */
public final class OpenStreams {
  /** Each map belongs to its loop: the streams there, and the routes that they are of. */
  private final Map<FanoutLoop, Map<Subscriber, String>> byLoop = new ConcurrentHashMap<>();

  /** On the subscriber's loop. */
  void add(FanoutLoop loop, Subscriber subscriber, String route) {
    byLoop.computeIfAbsent(loop, l -> new LinkedHashMap<>()).put(subscriber, route);
  }

  /** On the subscriber's loop. */
  void remove(FanoutLoop loop, Subscriber subscriber) {
    Map<Subscriber, String> open = byLoop.get(loop);
    if (open != null) {
      open.remove(subscriber);
    }
  }

  /**
   * Ends the streams of some routes as {@link Drain} does. Any thread.
   *
   * @param routes those of these names
   * @param overMillis 0 for at once
   * @param lastWords written to a stream before its end; asked once for each
   */
  public Future<Void> drain(
      Predicate<String> routes, long overMillis, Supplier<byte @Nullable []> lastWords) {
    List<Future<Void>> loops = new ArrayList<>();
    byLoop.forEach(
        (loop, open) ->
            loops.add(new Drain(loop.loop(), overMillis, lastWords).of(() -> these(open, routes))));
    return Future.all(loops).mapEmpty();
  }

  private static List<Subscriber> these(Map<Subscriber, String> open, Predicate<String> routes) {
    List<Subscriber> these = new ArrayList<>(open.size());
    open.forEach(
        (subscriber, route) -> {
          if (routes.test(route)) {
            these.add(subscriber);
          }
        });
    return these;
  }
}
