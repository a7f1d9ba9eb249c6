package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceReason;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** What a source counts of its events. On the context; any thread may read. */
final class SourceCounters {
  final Tally handedOver = new Tally();
  final Tally unheard = new Tally();
  final Tally filtered = new Tally();
  final Tally reserved = new Tally();
  final Tally repeated = new Tally();
  final Tally dead = new Tally();
  final Tally gaps = new Tally();
  final Tally missed = new Tally();
  final Tally looped = new Tally();
  final Tally tooFar = new Tally();
  final Tally duplicate = new Tally();
  final Tally cursorWrites = new Tally();
  final Tally cursorFailures = new Tally();

  // beside what the status of a source tells
  final Tally inFlight = new Tally();
  final Tally lastEventAt = new Tally();
  private final Map<EventSourceReason, Tally> reconnects = new EnumMap<>(EventSourceReason.class);

  SourceCounters() {
    for (EventSourceReason reason : EventSourceReason.values()) {
      reconnects.put(reason, new Tally());
    }
  }

  /** Connections that ended for this reason, and are made again. */
  Tally reconnects(EventSourceReason reason) {
    return Objects.requireNonNull(reconnects.get(reason));
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("handedOver", handedOver.get())
        .put("unheard", unheard.get())
        .put("filtered", filtered.get())
        .put("reserved", reserved.get())
        .put("repeated", repeated.get())
        .put("dead", dead.get())
        .put("gaps", gaps.get())
        .put("missed", missed.get())
        .put("looped", looped.get())
        .put("tooFar", tooFar.get())
        .put("duplicate", duplicate.get())
        .put("cursorWrites", cursorWrites.get())
        .put("cursorFailures", cursorFailures.get())
        .put("inFlight", inFlight.get())
        .put("reconnects", reconnects.values().stream().mapToLong(Tally::get).sum());
  }
}
