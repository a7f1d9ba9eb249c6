package dev.ssebridge.internal.client;

import dev.ssebridge.EventSourceOptions;
import dev.ssebridge.EventSourceReason;
import java.util.function.DoubleSupplier;

/**
 * How the connections of a source have gone so far, and what follows from it: how long to wait, or
 * that it is enough. Plain; time and chance are passed in.
 */
final class TrackRecord {
  /** A stream that stayed open this long was a good one, even if it delivered nothing. */
  private static final long GOOD_MILLIS = 60_000;

  private final int maxAttempts;
  private final long maxElapsed;
  private final Backoff backoff;

  private int failuresInRow;
  private int failuresBefore;
  private boolean open;
  private boolean delivered;
  private long openedAt;
  private long goodAt;

  TrackRecord(EventSourceOptions options, DoubleSupplier chance) {
    maxAttempts = options.maxAttempts();
    maxElapsed = options.maxElapsed().toMillis();
    backoff =
        new Backoff(
            options.reconnectDelay().toMillis(),
            options.maxReconnectDelay().toMillis(),
            options.jitter(),
            chance);
  }

  /** What follows after a connection. */
  sealed interface Next {}

  /** Another one, after so many milliseconds. */
  record Wait(long millis) implements Next {}

  /** None. */
  record GiveUp(EventSourceReason reason, String message) implements Next {}

  void started(long now) {
    goodAt = now;
  }

  void serverRetry(long millis) {
    backoff.serverRetry(millis);
  }

  void opened(long now) {
    open = true;
    delivered = false;
    openedAt = now;
    failuresBefore = failuresInRow;
  }

  void delivered() {
    delivered = true;
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
    long wait = backoff.delay(failuresInRow, floorMillis);
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
    }
    open = false;
  }

  private boolean isGood(long now) {
    return open && (delivered || now - openedAt >= GOOD_MILLIS);
  }

  /** A good stream makes a fresh start, except before an event that will be too large again. */
  private void settle(EventSourceReason reason, long now) {
    if (!isGood(now)) {
      failuresInRow++;
    } else {
      goodAt = now;
      failuresInRow = reason == EventSourceReason.EVENT_TOO_LARGE ? failuresBefore + 1 : 0;
    }
    open = false;
  }
}
