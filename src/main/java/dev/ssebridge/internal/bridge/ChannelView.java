package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.log.EventLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One channel as an operator sees it, at one moment. Immutable.
 *
 * @param route the name of its route
 * @param addresses all that its events come from
 * @param from the id of the oldest event that may be resumed from; null where there is none
 * @param to the id of the newest event, or of the position before the first
 * @param events that may be resumed from
 * @param bytes that they hold
 * @param subscribers streams that get its events
 * @param perSecond events appended in the last {@value #RATE_SECONDS} seconds, as far as they are
 *     retained, by second
 */
public record ChannelView(
    String route,
    List<String> addresses,
    @Nullable String from,
    String to,
    long events,
    long bytes,
    int subscribers,
    double perSecond) {
  static final int RATE_SECONDS = 10;

  /** What comes first: the most of it. */
  public enum Order {
    SUBSCRIBERS,
    EVENTS,
    BYTES,
    RATE;

    private double rankOf(ChannelView view) {
      return switch (this) {
        case SUBSCRIBERS -> view.subscribers();
        case EVENTS -> view.events();
        case BYTES -> view.bytes();
        case RATE -> view.perSecond();
      };
    }
  }

  /**
   * What was selected.
   *
   * @param channels the first of them, in order
   * @param count how many there are in all
   */
  public record Result(List<ChannelView> channels, long count) {}

  /**
   * The first channels in an order. Any thread, but it takes its time where there are many.
   *
   * @param route of this route only; null for all
   * @param now milliseconds of the clock of the logs
   */
  public static Result select(
      Channels channels, @Nullable String route, Order order, int limit, long now) {
    Comparator<ChannelView> byRank = Comparator.comparingDouble(order::rankOf);
    PriorityQueue<ChannelView> best = new PriorityQueue<>(byRank);
    long count = 0;
    for (ServedRoute each : channels.routes().values()) {
      if (route != null && !route.equals(each.name())) {
        continue;
      }
      for (BoundChannel bound : each.channels().all()) {
        count++;
        best.add(of(each.name(), bound, now));
        if (best.size() > limit) {
          best.poll();
        }
      }
    }
    List<ChannelView> sorted = new ArrayList<>(best);
    sorted.sort(
        byRank
            .reversed()
            .thenComparing(ChannelView::route)
            .thenComparing(view -> view.addresses().toString()));
    return new Result(List.copyOf(sorted), count);
  }

  private static ChannelView of(String route, BoundChannel bound, long now) {
    EventLog log = bound.channel().log();
    long head = log.head();
    long oldest = log.oldest();
    long events = Math.max(0, head - oldest + 1);
    return new ChannelView(
        route,
        bound.addresses(),
        events == 0 ? null : log.positionOf(oldest).toString(),
        log.positionOf(head).toString(),
        events,
        events == 0 ? 0 : bytes(log, oldest, head),
        bound.subscribers().get(),
        rate(log, head, now));
  }

  /** The oldest may be evicted while this looks: then what is left is looked at. */
  private static long bytes(EventLog log, long oldest, long head) {
    long before = log.bytesBefore(oldest);
    long first = log.floor();
    return first <= oldest
        ? Math.max(0, log.bytesUpTo(head) - before)
        : first > head ? 0 : Math.max(0, log.bytesUpTo(head) - log.bytesBefore(first));
  }

  private static double rate(EventLog log, long head, long now) {
    long recent = Math.max(0, head - log.firstSince(now - RATE_SECONDS * 1000L) + 1);
    return recent / (double) RATE_SECONDS;
  }
}
