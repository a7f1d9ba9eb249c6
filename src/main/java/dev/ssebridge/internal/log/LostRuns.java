package dev.ssebridge.internal.log;

import dev.ssebridge.spi.GapReason;
import java.util.Arrays;

/**
 * Why events of a log were lost, where it was not because they came too fast: the newest runs of
 * them. Immutable.
 */
final class LostRuns {
  /** How many runs are remembered; older ones are reported as dropped. */
  static final int MOST = 64;

  static final LostRuns NONE = new LostRuns();

  private final long[] from;
  private final long[] to;
  private final GapReason[] reasons;

  /** The newest sequence of a run that is forgotten, and that nobody knew the number of. */
  private final long forgotten;

  private LostRuns() {
    this(new long[0], new long[0], new GapReason[0], 0);
  }

  private LostRuns(long[] from, long[] to, GapReason[] reasons, long forgotten) {
    this.from = from;
    this.to = to;
    this.reasons = reasons;
    this.forgotten = forgotten;
  }

  /** One run more, which is newer than all others. */
  LostRuns with(long first, long last, GapReason reason) {
    int size = from.length;
    int cut = size < MOST ? 0 : 1;
    long[] moreFrom = Arrays.copyOfRange(from, cut, size + 1);
    long[] moreTo = Arrays.copyOfRange(to, cut, size + 1);
    GapReason[] moreReasons = Arrays.copyOfRange(reasons, cut, size + 1);
    moreFrom[size - cut] = first;
    moreTo[size - cut] = last;
    moreReasons[size - cut] = reason;
    boolean forgets = cut == 1 && reasons[0] == GapReason.UNKNOWN;
    return new LostRuns(moreFrom, moreTo, moreReasons, forgets ? to[0] : forgotten);
  }

  /**
   * How many sequences of a stretch stand for an unknown number of events; at least 1 where some
   * may have.
   */
  long unknownIn(long first, long last) {
    long count = first <= forgotten ? 1 : 0;
    for (int i = 0; i < from.length; i++) {
      if (reasons[i] == GapReason.UNKNOWN) {
        count += Math.max(0, Math.min(last, to[i]) - Math.max(first, from[i]) + 1);
      }
    }
    return count;
  }

  /** Why this event was lost. */
  GapReason reasonOf(long sequence) {
    int run = runOf(sequence);
    return run < 0 ? GapReason.DROPPED : reasons[run];
  }

  /** Up to where that holds, of events that were lost up to {@code end}. */
  long upTo(long sequence, long end) {
    int run = runOf(sequence);
    if (run >= 0) {
      return Math.min(end, to[run]);
    }
    for (long begin : from) {
      if (begin > sequence) {
        return Math.min(end, begin - 1);
      }
    }
    return end;
  }

  private int runOf(long sequence) {
    for (int i = from.length - 1; i >= 0; i--) {
      if (sequence >= from[i] && sequence <= to[i]) {
        return i;
      }
    }
    return -1;
  }
}
