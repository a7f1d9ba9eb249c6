package dev.ssebridge.testing;

import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What became of each event between the opening of a stream and its last event, as its reader sees
 * it: delivered, or told to be missed, or told to be merged with a newer one. Making one checks the
 * order, and that nothing is untold.
 *
 * @param from the sequence at which the stream opened
 * @param to the sequence of the last event
 * @param delivered events that came
 * @param missed events in gaps
 * @param merged events merged with newer ones
 */
public record StreamAccount(long from, long to, long delivered, long missed, long merged) {

  /** Reads an account, and fails where it is not exact. */
  public static StreamAccount of(SseProbe probe) {
    String opened = probe.awaitOpen();
    List<ServerSentEvent> events = probe.events();
    long from = SseProbe.sequenceOf(opened);
    long at = from;
    long delivered = 0;
    long missed = 0;
    long merged = 0;
    long mergedAhead = 0;
    for (ServerSentEvent event : events) {
      boolean gap = "sse.gap".equals(event.type());
      if (gap && opened.equals(event.id()) && delivered == 0 && missed == 0) {
        continue; // what it was told at the door
      }
      if (gap) {
        JsonObject told = new JsonObject(String.valueOf(event.data()));
        long count = told.getLong("missed");
        if (told.containsKey("policy")) {
          merged += count;
          mergedAhead += count;
        } else {
          require(
              SseProbe.sequenceOf(told.getString("from")) == at
                  && SseProbe.sequenceOf(told.getString("to")) == at + count
                  && told.getString("to").equals(event.id()),
              "a gap after " + at + ": " + told + ", id " + event.id());
          missed += count;
          at += count;
        }
        continue;
      }
      long sequence = SseProbe.sequenceOf(String.valueOf(event.id()));
      long leftOut = sequence - at - 1;
      require(leftOut >= 0 && leftOut <= mergedAhead, "event " + sequence + " came after " + at);
      mergedAhead -= leftOut;
      delivered++;
      at = sequence;
    }
    require(mergedAhead == 0, mergedAhead + " merged events more than are missing");
    require(delivered + missed + merged == at - from, "not balanced: " + delivered + ", " + missed);
    return new StreamAccount(from, at, delivered, missed, merged);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("the account is wrong: " + what);
    }
  }
}
