package dev.ssebridge.testing;

import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.json.JsonObject;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What one client makes of its stream while it reads, over several connections if need be: it keeps
 * numbers, not events, so that thousands of clients cost nothing. Whatever is out of order, doubled
 * or missing without having been told is written down as wrong.
 *
 * <p>The data of each event must be JSON that begins with its sequence as {@code "n"}: then the id
 * is not only well formed but that of the message that was published.
 */
public final class RunningAccount implements EventDecoder.Listener {
  private final LongPredicate wants;

  private long from = -1;
  private long at = -1;
  private long idOnly = -1;
  private long delivered;
  private long missed;
  private long merged;
  private long mergedAhead;
  private long filtered;
  private String lastEventId = "";
  private @Nullable String wrong;

  /**
   * @param wants whether the client asked for the event of this sequence
   */
  public RunningAccount(LongPredicate wants) {
    this.wants = wants;
  }

  /** An account that begins behind this id, which the client had of another stream. */
  public synchronized RunningAccount resumeAt(String id) {
    lastEventId = id;
    from = SseProbe.sequenceOf(id);
    at = from;
    return this;
  }

  /** The id to resume at; {@code ""} before the first. */
  public synchronized String lastEventId() {
    return lastEventId;
  }

  /**
   * The connection is another from now on. What was told of merged events that had not come yet is
   * told again: cut off in between, a client is told twice, never not.
   */
  public synchronized void reconnect() {
    settleIdOnly();
    merged -= mergedAhead;
    mergedAhead = 0;
  }

  /** Whether it knows where it began. */
  public synchronized boolean isOpen() {
    return from >= 0;
  }

  /** The sequence it has come to. */
  public synchronized long at() {
    return at;
  }

  /** The account so far; fails where anything was wrong. */
  public synchronized StreamAccount check() {
    settleIdOnly();
    if (wrong == null && mergedAhead != 0) {
      wrong = mergedAhead + " merged events more than are missing";
    }
    if (wrong == null && delivered + missed + merged + filtered != at - from) {
      wrong = "not balanced";
    }
    if (wrong != null) {
      throw new AssertionError("the account is wrong: " + wrong + "; " + this);
    }
    return new StreamAccount(from, at, delivered, missed, merged);
  }

  @Override
  public synchronized void onLastEventId(String id) {
    settleIdOnly();
    lastEventId = id;
    long sequence = SseProbe.sequenceOf(id);
    if (from < 0) {
      from = sequence;
      at = sequence;
    } else {
      idOnly = sequence;
    }
  }

  @Override
  public synchronized void onEvent(ServerSentEvent event) {
    String data = String.valueOf(event.data());
    if (!"sse.gap".equals(event.type())) {
      idOnly = -1;
      onMessage(SseProbe.sequenceOf(String.valueOf(event.id())), data);
      return;
    }
    JsonObject told = new JsonObject(data);
    if (told.containsKey("policy")) {
      settleIdOnly();
      merged += told.getLong("missed");
      mergedAhead += told.getLong("missed");
    } else {
      idOnly = -1;
      onGap(told, String.valueOf(event.id()));
    }
  }

  private void onMessage(long sequence, String data) {
    if (!data.startsWith("{\"n\":" + sequence + ",")) {
      wrong(
          "event " + sequence + " has the data " + data.substring(0, Math.min(30, data.length())));
    }
    if (sequence <= at) {
      wrong("event " + sequence + " came after " + at);
    }
    if (!wants.test(sequence)) {
      wrong("event " + sequence + " was not wanted");
    }
    long wanted = 0;
    for (long s = at + 1; s < sequence; s++) {
      if (wants.test(s)) {
        wanted++;
      } else {
        filtered++;
      }
    }
    mergedAhead -= wanted;
    if (mergedAhead < 0) {
      wrong("event " + sequence + " came after " + at + ", " + wanted + " are untold");
    }
    delivered++;
    at = sequence;
  }

  private void onGap(JsonObject told, String id) {
    Long count = told.getLong("missed");
    long to = SseProbe.sequenceOf(told.getString("to"));
    if (!id.equals(told.getString("to"))) {
      wrong("the id " + id + " of " + told);
    }
    if (count == null || (to == at && at == from)) {
      at = to; // of another log, or where it began: what it was told at the door
      from = to;
      return;
    }
    // A stretch of events that are not wanted may come before the gap.
    idOnly = SseProbe.sequenceOf(told.getString("from"));
    boolean ahead = idOnly >= at;
    settleIdOnly();
    long wanted = LongStream.rangeClosed(at + 1, to).filter(wants).count();
    if (!ahead || count < wanted || count > to - at) {
      wrong("a gap after " + at + " of " + wanted + " wanted: " + told);
    }
    missed += count;
    filtered += to - at - count;
    at = to;
  }

  /**
   * A block without data moves on over events that are not wanted, and over such as were told to be
   * merged: the newer ones of their keys are still to come.
   */
  private void settleIdOnly() {
    for (; at < idOnly; at++) {
      if (!wants.test(at + 1)) {
        filtered++;
      } else if (mergedAhead > 0) {
        mergedAhead--;
      } else {
        wrong("a block without data skips event " + (at + 1));
      }
    }
    idOnly = -1;
  }

  private void wrong(String what) {
    if (wrong == null) {
      wrong = what;
    }
  }

  @Override
  public synchronized String toString() {
    return "from "
        + from
        + " to "
        + at
        + ": "
        + delivered
        + " delivered, "
        + missed
        + " missed, "
        + merged
        + " merged, "
        + filtered
        + " filtered"
        + (wrong == null ? "" : "; " + wrong);
  }
}
