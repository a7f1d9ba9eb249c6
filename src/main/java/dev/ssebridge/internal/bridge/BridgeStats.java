package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.bus.LeaseCounts;
import dev.ssebridge.internal.fanout.StreamCounters;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.StoreHealth;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** What happened on a bridge since its first instance was mounted, as JSON. */
final class BridgeStats {
  private BridgeStats() {}

  static JsonObject of(Channels channels) {
    JsonObject routes = new JsonObject();
    channels.routes().forEach((name, route) -> routes.put(name, of(route)));
    Totals totals = channels.totals();
    return new JsonObject()
        .put("openStreams", channels.openStreams())
        .put("retainedBytes", channels.retainedBytes())
        .put("shedBytes", channels.shedBytes())
        .put("droppedMessages", totals.dropped())
        .put("appendedEvents", totals.appended())
        .put("deliveredEvents", totals.delivered())
        .put("missedEvents", totals.missed())
        .put("stores", stores(channels))
        .put("routes", routes);
  }

  private static JsonObject stores(Channels channels) {
    JsonObject stores = new JsonObject();
    channels
        .stores()
        .all()
        .forEach(
            (name, kept) -> {
              StoreHealth health = kept.store().health();
              stores.put(
                  name,
                  new JsonObject()
                      .put("up", health.isUp())
                      .put("problem", health.problem())
                      .put("waitingEvents", kept.waiting().events())
                      .put("leases", leases(kept.leases())));
            });
    return stores;
  }

  private static JsonObject leases(LeaseCounts counts) {
    return new JsonObject()
        .put("heldChannels", counts.holding())
        .put("standbyChannels", counts.standing())
        .put("takenOver", counts.takenOver())
        .put("forgottenEvents", counts.forgottenEvents());
  }

  private static JsonObject of(ServedRoute route) {
    StreamCounters counters = route.counters();
    JsonObject gaps = new JsonObject();
    for (GapReason reason : GapReason.values()) {
      gaps.put(
          reason.word(),
          new JsonObject()
              .put("gaps", counters.gaps(reason))
              .put("missedEvents", counters.missed(reason)));
    }
    JsonObject closed = new JsonObject();
    for (CloseReason reason : CloseReason.values()) {
      closed.put(reason.word(), counters.closed(reason));
    }
    return new JsonObject()
        .put("channels", route.channels().all().size())
        .put("openStreams", route.openStreams())
        .put("openedStreams", counters.opened())
        .put("appendedEvents", counters.appended())
        .put("deliveredEvents", counters.delivered())
        .put("writtenBytes", counters.writtenBytes())
        .put("retainedEvents", counters.retainedEvents())
        .put("retainedBytes", counters.retainedBytes())
        .put("mergedEvents", counters.merged())
        .put("slowPolicy", route.config().slow().policy().name().toLowerCase(Locale.ROOT))
        .put("gaps", gaps)
        .put("closedStreams", closed);
  }
}
