package dev.ssebridge.internal.fanout;

import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.log.Position;
import dev.ssebridge.spi.GapReason;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A stretch that a subscriber cannot get.
 *
 * @param from the id of the last event that it had, as it named it
 * @param to the position where it goes on: the event after this is the next
 * @param missed how many events lie between, or {@code null} where nobody can tell
 * @param reason why
 */
public record Gap(String from, Position to, @Nullable Long missed, GapReason reason) {
  /** Where nobody can tell how many were missed. */
  private static final String UNKNOWN = "unknown";

  /** The event that tells of it; its id is the position after the gap, so it is told once. */
  byte[] encode(String type) {
    return EventEncoder.encode(event(type).id(to.toString()).build());
  }

  /**
   * The event that tells of events that were merged with newer ones of their key. It has no id: the
   * newer ones are still to come.
   */
  static byte[] encodeMerged(String type, Position from, Position to, long merged) {
    Gap gap = new Gap(from.toString(), to, merged, GapReason.SLOW);
    JsonObject json = gap.json().put("policy", "conflate");
    return EventEncoder.encode(gap.event(type).data(json.encode()).build());
  }

  private ServerSentEvent.Builder event(String type) {
    return ServerSentEvent.builder()
        .type(type)
        .field(SseHeaders.GAP, missed == null ? UNKNOWN : missed.toString())
        .data(json().encode());
  }

  private JsonObject json() {
    return new JsonObject()
        .put("from", from)
        .put("to", to.toString())
        .put("missed", missed)
        .put("reason", reason.word());
  }
}
