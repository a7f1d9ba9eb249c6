package dev.ssebridge.internal.client;

import io.vertx.core.json.JsonObject;

/** What a source counts of its events. Only on the context. */
final class SourceCounters {
  long handedOver;
  long filtered;
  long repeated;
  long dead;
  long gaps;
  long missed;
  long looped;
  long tooFar;
  long cursorWrites;
  long cursorFailures;

  JsonObject toJson() {
    return new JsonObject()
        .put("handedOver", handedOver)
        .put("filtered", filtered)
        .put("repeated", repeated)
        .put("dead", dead)
        .put("gaps", gaps)
        .put("missed", missed)
        .put("looped", looped)
        .put("tooFar", tooFar)
        .put("cursorWrites", cursorWrites)
        .put("cursorFailures", cursorFailures);
  }
}
