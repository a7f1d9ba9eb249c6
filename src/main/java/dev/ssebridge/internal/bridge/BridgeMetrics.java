package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.auth.AuthDecisions;
import dev.ssebridge.internal.fanout.DropCause;
import dev.ssebridge.internal.fanout.EntryWay;
import dev.ssebridge.internal.fanout.LoopCounters.Sizes;
import dev.ssebridge.internal.fanout.StreamCounters;
import dev.ssebridge.internal.log.Evictions;
import dev.ssebridge.internal.metrics.Meter;
import dev.ssebridge.internal.metrics.Snapshot;
import dev.ssebridge.internal.publish.PublishCounters;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.GapReason;

/** What happened on a bridge since its first instance was mounted, as meters show it. */
public final class BridgeMetrics {
  private final Snapshot into;
  private final String bridge;

  private BridgeMetrics(Snapshot into, String bridge) {
    this.into = into;
    this.bridge = bridge;
  }

  /**
   * Reads all of it, once for all bridges that share channels. Any thread.
   *
   * @param bridge the name of the bridge, empty where it has none
   */
  public static void read(Channels channels, String bridge, Snapshot into) {
    if (!into.begin(channels)) {
      return;
    }
    BridgeMetrics metrics = new BridgeMetrics(into, bridge);
    channels.routes().forEach(metrics::route);
    channels.publishCounters().forEach(metrics::rule);
    for (AuthDecisions.Wish wish : AuthDecisions.Wish.values()) {
      channels
          .authDecisions()
          .all(wish)
          .forEach(
              (result, count) ->
                  into.add(Meter.AUTH_DECISIONS, count, bridge, wish.word(), result));
    }
    channels
        .stores()
        .all()
        .forEach(
            (store, kept) -> {
              into.add(Meter.STORE_UP, kept.store().health().isUp() ? 1 : 0, bridge, store);
              into.add(Meter.STORE_WAITING, kept.waiting().events(), bridge, store);
            });
    into.add(Meter.RETAINED_LIMIT, channels.retainedLimit(), bridge);
  }

  private void route(String route, ServedRoute served) {
    StreamCounters counters = served.counters();
    long ended = 0;
    for (CloseReason reason : CloseReason.values()) {
      long closed = counters.closed(reason);
      ended += closed;
      into.add(Meter.STREAMS_ENDED, closed, bridge, route, reason.word());
    }
    long opened = counters.opened();
    into.add(Meter.STREAMS_OPENED, opened, bridge, route);
    into.add(Meter.STREAMS_OPEN, Math.max(0, opened - ended), bridge, route);
    into.add(Meter.REPLAY, counters.sizes(Sizes.REPLAY), bridge, route);
    events(route, counters);
    into.add(Meter.PUBLISH_TO_APPEND, counters.sizes(Sizes.PUBLISH_TO_APPEND), bridge, route);
    into.add(Meter.APPEND_TO_SOCKET, counters.sizes(Sizes.APPEND_TO_SOCKET), bridge, route);
    into.add(Meter.LAG_EVENTS, counters.sizes(Sizes.LAG_EVENTS), bridge, route);
    into.add(Meter.LAG_SECONDS, counters.sizes(Sizes.LAG_AGE), bridge, route);
    into.add(Meter.CHANNELS, served.channels().all().size(), bridge, route);
    into.add(Meter.RETAINED_EVENTS, counters.retainedEvents(), bridge, route);
    into.add(Meter.RETAINED_BYTES, counters.retainedBytes(), bridge, route);
    for (Evictions.Limit limit : Evictions.Limit.values()) {
      into.add(Meter.EVICTED, counters.evicted(limit), bridge, route, limit.word());
    }
  }

  private void events(String route, StreamCounters counters) {
    for (EntryWay way : EntryWay.values()) {
      into.add(Meter.EVENTS_IN, counters.appended(way), bridge, route, way.word());
    }
    into.add(Meter.DELIVERED, counters.delivered(), bridge, route);
    into.add(Meter.WRITTEN_BYTES, counters.writtenBytes(), bridge, route);
    into.add(Meter.FILTERED, counters.filtered(), bridge, route);
    into.add(Meter.MERGED, counters.merged(), bridge, route);
    for (GapReason reason : GapReason.values()) {
      into.add(Meter.GAPS, counters.gaps(reason), bridge, route, reason.word());
      into.add(Meter.MISSED, counters.missed(reason), bridge, route, reason.word());
    }
    for (DropCause cause : DropCause.values()) {
      into.add(Meter.DROPPED, counters.dropped(cause), bridge, route, cause.word());
    }
  }

  private void rule(String rule, PublishCounters counters) {
    counters
        .requests()
        .forEach(
            (status, count) -> {
              String answer =
                  status == PublishCounters.NO_STATUS ? "none" : Integer.toString(status);
              into.add(Meter.PUBLISH_REQUESTS, count, bridge, rule, answer);
            });
    into.add(Meter.PUBLISH_BYTES, counters.bytes(), bridge, rule);
    into.add(Meter.PUBLISH_SECONDS, counters.times(), bridge, rule);
  }
}
