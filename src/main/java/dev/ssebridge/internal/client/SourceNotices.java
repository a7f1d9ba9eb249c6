package dev.ssebridge.internal.client;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.eventstream.Seal;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;

/**
 * Tells the routes of an address where a source of it stands.
 *
 * @param source its name
 * @param local whether those of this node of a cluster alone
 */
record SourceNotices(EventBus bus, String source, boolean local) {
  /** The beginning of what is told. */
  JsonObject data(String state) {
    return new JsonObject().put("source", source).put("state", state);
  }

  void tell(String address, String state, JsonObject data) {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .set(SseHeaders.EVENT, SseTypes.SOURCE)
            .set(SseHeaders.SOURCE, source)
            .set(SseHeaders.STATE, state);
    Seal.set(address, headers, data);
    bus.publish(address, data, new DeliveryOptions().setHeaders(headers).setLocalOnly(local));
  }
}
