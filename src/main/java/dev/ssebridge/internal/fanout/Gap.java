package dev.ssebridge.internal.fanout;

import dev.ssebridge.EventEncoder;
import dev.ssebridge.ServerSentEvent;
import dev.ssebridge.internal.log.Position;
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

  /** The event that tells of it; its id is the position after the gap, so it is told once. */
  byte[] encode(String type) {
    return EventEncoder.encode(
        ServerSentEvent.builder().type(type).id(to.toString()).data(json().encode()).build());
  }

  /**
   * The event that tells of events that were merged with newer ones of their key. It has no id: the
   * newer ones are still to come.
   */
  static byte[] encodeMerged(String type, Position from, Position to, long merged) {
    JsonObject json =
        new Gap(from.toString(), to, merged, GapReason.SLOW).json().put("policy", "conflate");
    return EventEncoder.encode(ServerSentEvent.of(type, json.encode()));
  }

  private JsonObject json() {
    return new JsonObject()
        .put("from", from)
        .put("to", to.toString())
        .put("missed", missed)
        .put("reason", reason.word());
  }
}
