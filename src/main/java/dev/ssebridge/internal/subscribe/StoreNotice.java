package dev.ssebridge.internal.subscribe;

import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseTypes;
import io.vertx.core.json.JsonObject;

/** The event that tells a stream that the store of its history is down, or takes events again. */
public final class StoreNotice {
  private StoreNotice() {}

  /** A block without an id. */
  public static byte[] of(boolean isUp) {
    String data = new JsonObject().put("state", isUp ? "up" : "down").encode();
    return EventEncoder.encode(ServerSentEvent.builder().type(SseTypes.STORE).data(data).build());
  }
}
