package dev.ssebridge.internal.tool;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.format.SseTypes;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a bridge says of events that cannot be had.
 *
 * @param missed how many, or -1 where nobody knows
 * @param reason the word of the protocol; empty where none is told
 * @param from the id of the last event before the gap; empty where it is not told
 * @param to the position behind the gap; empty likewise
 * @param merged whether they were merged into newer ones, so that only older states are missing
 */
record TailGap(long missed, String reason, String from, String to, boolean merged) {

  /** What an event says of a gap, or null where it is another one. */
  static @Nullable TailGap of(ServerSentEvent event) {
    String field = event.fields().get(SseHeaders.GAP);
    if (field == null && !event.effectiveType().equals(SseTypes.GAP)) {
      return null;
    }
    JsonObject json = AnswerText.json(event.data() == null ? "" : event.data());
    if (json == null) {
      return new TailGap(number(field), "", "", "", false);
    }
    Object missed = json.getValue("missed");
    return new TailGap(
        missed instanceof Number count ? Math.max(0, count.longValue()) : number(field),
        text(json, "reason"),
        text(json, "from"),
        text(json, "to"),
        "conflate".equals(json.getValue("policy")));
  }

  /** What the head of a stream says, or null where nothing is missing, or nobody says so. */
  static @Nullable TailGap ofHead(@Nullable String resume, @Nullable String missed) {
    return "gap".equals(resume) || "reset".equals(resume)
        ? new TailGap(number(missed), "", "", "", false)
        : null;
  }

  private static String text(JsonObject json, String member) {
    return json.getValue(member) instanceof String text ? text : "";
  }

  private static long number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
  }

  /** Whether anything is missing, or may be. */
  boolean isLoss() {
    return missed != 0 && !merged;
  }

  /** {@code 150 events missed}, say. */
  String count() {
    String many =
        missed < 0 ? "an unknown number of events" : missed == 1 ? "1 event" : missed + " events";
    return many + (merged ? " merged into newer ones" : " missed");
  }

  /** Why, in words; empty where it is not told. */
  String why() {
    return switch (reason) {
      case "" -> "";
      case "evicted" -> "they are no longer in the history";
      case "slow" -> "this reader was too slow";
      case "dropped" -> "more came than the bridge can take";
      case "epoch" -> "the history has begun anew";
      case "unknown" -> "the bridge does not know the id";
      default -> reason;
    };
  }
}
