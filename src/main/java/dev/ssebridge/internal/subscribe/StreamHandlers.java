package dev.ssebridge.internal.subscribe;

import dev.ssebridge.StreamGap;
import dev.ssebridge.StreamInfo;
import dev.ssebridge.SubscribeRequest;
import io.vertx.core.Handler;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an application wants to decide of streams, and to be told of them. Any thread. */
public final class StreamHandlers {
  private static final System.Logger LOG = System.getLogger(StreamHandlers.class.getName());

  private final List<Handler<StreamInfo>> opened = new CopyOnWriteArrayList<>();
  private final List<Handler<StreamGap>> gaps = new CopyOnWriteArrayList<>();
  private final List<Handler<StreamInfo>> closed = new CopyOnWriteArrayList<>();
  private final List<Deciding> deciding = new CopyOnWriteArrayList<>();

  private record Deciding(@Nullable String route, Handler<SubscribeRequest> handler) {}

  /** Adds one that is told of each stream that opens. */
  public void addOpened(Handler<StreamInfo> handler) {
    opened.add(handler);
  }

  /** Adds one that is told of each gap of a stream. */
  public void addGap(Handler<StreamGap> handler) {
    gaps.add(handler);
  }

  /** Adds one that is told of each stream that has ended. */
  public void addClosed(Handler<StreamInfo> handler) {
    closed.add(handler);
  }

  /**
   * Adds one that decides requests.
   *
   * @param route of this route, {@code null} of all
   */
  public void addDeciding(@Nullable String route, Handler<SubscribeRequest> handler) {
    deciding.add(new Deciding(route, handler));
  }

  /** Those that decide requests for a route, in the order in which they were added. */
  List<Handler<SubscribeRequest>> deciding(String route) {
    return deciding.stream()
        .filter(one -> one.route == null || one.route.equals(route))
        .map(Deciding::handler)
        .toList();
  }

  void onOpened(Supplier<StreamInfo> stream) {
    tell("open", opened, stream, StreamInfo::route);
  }

  void onGap(Supplier<StreamGap> gap) {
    tell("gap", gaps, gap, missed -> missed.stream().route());
  }

  void onClosed(Supplier<StreamInfo> stream) {
    tell("close", closed, stream, StreamInfo::route);
  }

  /** One that throws disturbs neither the others nor the stream. */
  private static <T> void tell(
      String kind, List<Handler<T>> handlers, Supplier<T> facts, Function<T, String> route) {
    if (handlers.isEmpty()) {
      return;
    }
    T told = facts.get();
    for (Handler<T> handler : handlers) {
      try {
        handler.handle(told);
      } catch (Throwable e) { // whatever it is, the stream has more to do
        LOG.log(
            Level.ERROR,
            "route " + route.apply(told) + ": the " + kind + " handler " + handler + " failed",
            e);
      }
    }
  }
}
