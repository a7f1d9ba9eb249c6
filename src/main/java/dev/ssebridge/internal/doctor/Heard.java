package dev.ssebridge.internal.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was heard of a stream; times in nanoseconds since its head was there.
 *
 * @param lasted how long it was listened to, or until it ended
 * @param firstByte when the first byte of the body came, -1 if none did
 * @param lastByte when the last one came, -1 if none did
 * @param longestGap the longest time between two arrivals, the head being one
 * @param arrivals how often bytes came
 * @param bytes of the body, as they came
 * @param events how many came with data
 * @param comments how many
 * @param first the first events, a limited number
 * @param openingId the id of the first block, if that was one without data
 * @param lastId the last event id, "" for none
 * @param retry the last reconnection time in milliseconds, -1 for none
 * @param lastComment the text of the last comment that had one
 * @param oddities how many things a reader passes over
 * @param oddity the first of them
 * @param end how it ended
 * @param cause why, in a few words, if it was cut
 */
record Heard(
    long lasted,
    long firstByte,
    long lastByte,
    long longestGap,
    long arrivals,
    long bytes,
    long events,
    long comments,
    List<Seen> first,
    @Nullable String openingId,
    String lastId,
    long retry,
    @Nullable String lastComment,
    long oddities,
    @Nullable String oddity,
    End end,
    @Nullable String cause) {

  /** How a stream ended. */
  enum End {
    /** Not at all. */
    OPEN,
    /** In good order. */
    ENDED,
    /** The connection broke. */
    CUT,
    /** It brought too much to go on. */
    FULL,
    /** Its bytes were not what its coding demands. */
    CORRUPT
  }

  /**
   * An event.
   *
   * @param id its id, or null while there is none
   * @param gap whether a bridge tells of missed events by it
   * @param probe the number of the probe that it is, or -1
   * @param at when it came
   */
  record Seen(@Nullable String id, boolean gap, int probe, long at) {}

  /** The time from the last byte, or the head, to the end. */
  long silenceAtEnd() {
    return lasted - Math.max(0, lastByte);
  }

  /** The longest time without a byte, that at the end included. */
  long silence() {
    return Math.max(longestGap, silenceAtEnd());
  }

  /** Events that came in with an id, those that tell of a gap aside. */
  List<Seen> identified() {
    return first.stream().filter(seen -> seen.id() != null && !seen.gap()).toList();
  }
}
