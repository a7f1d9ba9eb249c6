package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.ReconnectPolicy;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How the connections of a source have gone so far, and what follows from it: how long to wait, or
 * that it is enough. Plain; time and chance are passed in.
 */
final class TrackRecord {
  /** A stream that stayed open this long was a good one, even if it delivered nothing. */
  static final long GOOD_MILLIS = 60_000;

  /** Bytes that come this long after the head are a sign of life, whatever they say. */
  private static final long ALIVE_MILLIS = 1000;

  /** How many streams in a row may be over sooner than that, with a heartbeat and no event. */
  private static final int MOST_SHORT = 10;

  private final int maxAttempts;
  private final long maxElapsed;
  private final Backoff backoff;
  private final Backoff slow;

  private int failuresInRow;
  private int refusalsInRow;
  private int failuresBefore;
  private boolean open;
  private boolean delivered;
  private boolean alive;
  private int shortInRow;
  private long openedAt;
  private long goodAt;

  TrackRecord(ReconnectPolicy policy, DoubleSupplier chance) {
    maxAttempts = policy.getMaxAttempts();
    maxElapsed = policy.getMaxElapsed().toMillis();
    backoff = backoff(policy, policy.getMaxRetry(), chance);
    slow = backoff(policy, policy.getMaxRefusedRetry(), chance);
  }

  private static Backoff backoff(ReconnectPolicy policy, Duration maximum, DoubleSupplier chance) {
    return new Backoff(
        policy.getRetry().toMillis(),
        maximum.toMillis(),
        new Backoff.ServerRange(
            policy.getMinServerRetry().toMillis(), policy.getMaxServerRetry().toMillis()),
        policy.getJitter(),
        chance);
  }

  /** What follows after a connection. */
  sealed interface Next {}

  /** Another one, after {@code millis} milliseconds. */
  record Wait(long millis) implements Next {}

  /** None. */
  record GiveUp(EventSourceReason reason, String message) implements Next {}

  void started(long now) {
    goodAt = now;
  }

  void serverRetry(long millis) {
    backoff.serverRetry(millis);
    slow.serverRetry(millis);
  }

  void opened(long now) {
    open = true;
    delivered = false;
    alive = false;
    openedAt = now;
    failuresBefore = failuresInRow;
  }

  /** An event came. */
  void delivered() {
    delivered = true;
  }

  /** A comment came: it is for this that servers send them. */
  void heartbeat() {
    alive = true;
  }

  /** Bytes came: a blank line or an unknown field can be a heartbeat, too. */
  void bytes(long now) {
    alive |= open && now - openedAt >= ALIVE_MILLIS;
  }

  int failuresInRow() {
    return failuresInRow;
  }

  /**
   * A connection is over.
   *
   * @param floorMillis what the server asked for with {@code Retry-After}, or 0
   */
  Next over(EventSourceReason reason, long floorMillis, long now) {
    settle(reason, now);
    int steps = Math.max(failuresInRow, shortInRow - MOST_SHORT);
    return next(backoff.delay(steps, floorMillis), now);
  }

  /**
   * The server refused. As long a wait as after any other failure, but it may grow for longer: with
   * the refusals, so that a restart that took its time does not make the first of them the longest.
   */
  Next refused(EventSourceReason reason, long floorMillis, long now) {
    settle(reason, now);
    refusalsInRow++;
    long wait =
        Math.max(backoff.delay(failuresInRow, floorMillis), slow.delay(refusalsInRow, floorMillis));
    return next(wait, now);
  }

  private Next next(long wait, long now) {
    if (maxAttempts > 0 && failuresInRow >= maxAttempts) {
      return new GiveUp(
          EventSourceReason.ATTEMPTS_EXHAUSTED, failuresInRow + " failures in a row, giving up");
    }
    if (maxElapsed > 0 && now - goodAt + wait > maxElapsed) {
      return new GiveUp(
          EventSourceReason.TIME_EXHAUSTED, "no good stream for " + maxElapsed + " ms, giving up");
    }
    return new Wait(wait);
  }

  /** The application dropped a connection: no failure, but a good stream was good. */
  void dropped(long now) {
    if (isGood(now)) {
      goodAt = now;
      failuresInRow = 0;
      refusalsInRow = 0;
    }
    open = false;
  }

  /** A stream that is asked for from time to time has ended in good order, with news or without. */
  void polled(long now) {
    goodAt = now;
    failuresInRow = 0;
    refusalsInRow = 0;
    open = false;
  }

  private boolean isGood(long now) {
    return open && (delivered || alive || now - openedAt >= GOOD_MILLIS);
  }

  /**
   * A good stream resets the count of failures, except before an event that will be too large
   * again.
   */
  private void settle(EventSourceReason reason, long now) {
    boolean isShort = open && alive && !delivered && now - openedAt < ALIVE_MILLIS;
    shortInRow = isShort ? shortInRow + 1 : 0;
    if (!isGood(now)) {
      failuresInRow++;
    } else {
      goodAt = now;
      failuresInRow = reason == EventSourceReason.EVENT_TOO_LARGE ? failuresBefore + 1 : 0;
      refusalsInRow = 0;
    }
    open = false;
  }
}
