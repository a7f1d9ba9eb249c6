package dev.ssebridge.internal.client;

import io.vertx.core.json.JsonObject;

/** What a source counts of its events. Only on the context. */
final class SourceCounters {
  long handedOver;
  long unheard;
  long filtered;
  long reserved;
  long repeated;
  long dead;
  long gaps;
  long missed;
  long looped;
  long tooFar;
  long duplicate;
  long cursorWrites;
  long cursorFailures;

  JsonObject toJson() {
    return new JsonObject()
        .put("handedOver", handedOver)
        .put("unheard", unheard)
        .put("filtered", filtered)
        .put("reserved", reserved)
        .put("repeated", repeated)
        .put("dead", dead)
        .put("gaps", gaps)
        .put("missed", missed)
        .put("looped", looped)
        .put("tooFar", tooFar)
        .put("duplicate", duplicate)
        .put("cursorWrites", cursorWrites)
        .put("cursorFailures", cursorFailures);
  }
}
