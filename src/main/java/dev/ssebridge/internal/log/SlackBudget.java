package dev.ssebridge.internal.log;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many bytes of events beyond their retention the logs of a bridge may hold together: each that
 * has any gets an equal share. Any thread.
 */
public final class SlackBudget {
  // written by any thread
  private volatile long bytes;

  // written by any writer
  private final AtomicInteger logs = new AtomicInteger();
  private volatile long share;

  /**
   * @param bytes for all logs together
   */
  public SlackBudget(long bytes) {
    this.bytes = bytes;
    this.share = Math.min(EventLog.SLACK_BYTES, bytes);
  }

  /** From now on {@code most} bytes may be held for all logs together. */
  public void limit(long most) {
    bytes = most;
    count(0);
  }

  /** What one log may hold now. */
  long share() {
    return share;
  }

  /** A log has begun to hold some ({@code 1}), or holds none any more ({@code -1}). */
  void count(int change) {
    int now = logs.addAndGet(change);
    share = Math.min(EventLog.SLACK_BYTES, bytes / Math.max(1, now));
  }
}
