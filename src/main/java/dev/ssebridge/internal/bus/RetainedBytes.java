package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.fanout.Loop;
import dev.ssebridge.internal.log.SlackBudget;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the logs of all channels of a bridge hold together. Close to the limit the channel that has
 * been idle the longest gives way, on any loop; and no writer appends beyond the limit before it
 * has shed as much of what is written on its own loop. Where several loops append in one moment, it
 * may be exceeded by the event of each, until the next one. Any thread.
 */
public final class RetainedBytes {
  /** The part of the limit that may be events beyond their retention. */
  private static final int SLACK_PART = 8;

  /** The part of the limit that is kept free for those who append meanwhile. */
  private static final int FREE_PART = 16;

  private static final long LARGEST_STEP = 1 << 20;

  // set at construction
  private final SlackBudget slack;

  // written by the thread that configures
  private volatile long limit;
  private volatile long most;

  // written by any loop
  private final AtomicLong total = new AtomicLong();
  private final LongAdder shed = new LongAdder();
  private final ConcurrentMap<Loop, RetainedOnLoop> loops = new ConcurrentHashMap<>();

  /**
   * @param limit in bytes
   */
  public RetainedBytes(long limit) {
    this.limit = limit;
    this.most = limit - limit / FREE_PART;
    this.slack = new SlackBudget(limit / SLACK_PART);
  }

  /** Sets how many bytes may be held from now on; what is too much goes as more comes. */
  public void limit(long bytes) {
    limit = bytes;
    most = bytes - bytes / FREE_PART;
    slack.limit(bytes / SLACK_PART);
  }

  /** The bytes that may be held. */
  public long limit() {
    return limit;
  }

  /** The bytes held now. */
  public long total() {
    return total.get();
  }

  /** The bytes evicted so far because there were too many. */
  public long shed() {
    return shed.sum();
  }

  /** What the logs may hold beyond their retention. */
  SlackBudget slack() {
    return slack;
  }

  /** The part of the channels that this loop writes. */
  RetainedOnLoop on(Loop loop) {
    return loops.computeIfAbsent(loop, l -> new RetainedOnLoop(this, l));
  }

  void add(long bytes) {
    total.addAndGet(bytes);
  }

  void onShed(long bytes) {
    shed.add(bytes);
  }

  /** By how much the limit would be exceeded, with this number of bytes more. */
  long excessWith(long bytes) {
    return total.get() + bytes - limit;
  }

  boolean isTooMuch() {
    return total.get() > most;
  }

  /** What to shed so that it is not done again for the next event. */
  long step() {
    return Math.max(1, total.get() - most) + Math.min(LARGEST_STEP, limit / (2 * FREE_PART));
  }

  /**
   * Has the idlest of all channels shed.
   *
   * @param here the loop that this is called on
   */
  void relieve(RetainedOnLoop here) {
    RetainedOnLoop idlest = here;
    long longest = here.idleMillis();
    for (RetainedOnLoop each : loops.values()) {
      long idle = each.idleMillis();
      if (idle > longest) {
        longest = idle;
        idlest = each;
      }
    }
    if (idlest == here) {
      here.shed(step());
    } else {
      idlest.shedLater();
    }
  }
}
