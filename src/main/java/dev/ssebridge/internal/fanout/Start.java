package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.Position;
import dev.ssebridge.spi.GapReason;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a subscriber begins.
 *
 * @param log whose sequences these are
 * @param cursor the sequence before the first event that it gets
 * @param gap what it cannot get although it asked for it, or {@code null}
 * @param outcome how its wish was met
 */
public record Start(EventLog log, long cursor, @Nullable Gap gap, Outcome outcome) {

  /** How a wish to begin somewhere was met. */
  public enum Outcome {
    /** Nothing to resume. */
    FRESH,
    /** Resumed exactly. */
    COMPLETE,
    /** Resumed, some events are missing; mostly it is known how many. */
    GAP,
    /** The id is not of this log; begun anew with what there is. */
    RESET;

    /** As it stands in the {@code sse-resume} header. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where a client asks to begin. */
  public sealed interface From {}

  /** With the next event. */
  public record Now() implements From {}

  /** One for all, as most streams keep theirs. */
  public static final From NOW = new Now();

  /** With the oldest event that is retained. */
  public record Earliest() implements From {}

  /**
   * With the newest {@code count} events.
   *
   * @param count 0 or more
   */
  public record Last(long count) implements From {}

  /**
   * With the events since this time.
   *
   * @param time milliseconds of the log's clock
   */
  public record Since(long time) implements From {}

  /**
   * After the event of this sequence, where the epoch is still this one; with the oldest otherwise.
   *
   * @param epoch of the log
   * @param sequence was found in what is kept elsewhere
   */
  public record At(String epoch, long sequence) implements From {}

  /**
   * After the event of this id.
   *
   * @param id as the client sent it
   */
  public record After(String id) implements From {}

  /**
   * Finds the place, in constant time (logarithmic for a time).
   *
   * @param oldest the oldest event that may be resumed from, wherever it is kept
   * @param older why what is older cannot be had
   * @param isLive whether an epoch is of another log that exists
   * @param newestOnReset whether a subscriber that knows another log begins with the next event
   */
  public static Start at(
      From from,
      EventLog log,
      long oldest,
      GapReason older,
      Predicate<String> isLive,
      boolean newestOnReset) {
    long head = Math.max(log.head(), oldest - 1);
    if (from instanceof After after) {
      return after(after.id(), log, oldest, older, head, isLive, newestOnReset);
    }
    if (from instanceof Earliest) {
      return fresh(log, oldest - 1);
    }
    if (from instanceof At at) {
      return fresh(
          log,
          at.epoch().equals(log.epoch())
              ? Math.max(oldest - 1, Math.min(head, at.sequence()))
              : oldest - 1);
    }
    if (from instanceof Last last) {
      return fresh(log, Math.max(oldest - 1, head - last.count()));
    }
    if (from instanceof Since since) {
      return fresh(log, Math.min(head, log.firstSince(since.time()) - 1));
    }
    return fresh(log, head);
  }

  private static Start fresh(EventLog log, long cursor) {
    return new Start(log, cursor, null, Outcome.FRESH);
  }

  private static Start after(
      String id,
      EventLog log,
      long oldest,
      GapReason older,
      long head,
      Predicate<String> isLive,
      boolean newestOnReset) {
    Position position = Position.parse(id);
    if (position == null || !position.epoch().equals(log.epoch())) {
      GapReason reason =
          position == null || isLive.test(position.epoch()) ? GapReason.UNKNOWN : GapReason.EPOCH;
      return reset(id, log, newestOnReset ? head : oldest - 1, null, reason);
    }
    long sequence = position.sequence();
    if (sequence > head) {
      return reset(id, log, head, 0L, GapReason.UNKNOWN);
    }
    if (sequence < oldest - 1) {
      Long missed =
          log.unknownIn(sequence, oldest - 1) == 0 ? Long.valueOf(oldest - 1 - sequence) : null;
      Gap gap = new Gap(id, log.positionOf(oldest - 1), missed, older);
      return new Start(log, oldest - 1, gap, Outcome.GAP);
    }
    return new Start(log, sequence, null, Outcome.COMPLETE);
  }

  private static Start reset(
      String id, EventLog log, long cursor, @Nullable Long missed, GapReason reason) {
    return new Start(
        log, cursor, new Gap(id, log.positionOf(cursor), missed, reason), Outcome.RESET);
  }
}
