package dev.ssebridge.internal.bus;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * How much may wait for one store, over all channels of a Vert.x: as much as may wait between the
 * event bus and the histories. Where it is more, each channel may have an equal share, and one
 * event in any case. Any thread.
 */
public final class UnstoredLimits {
  private final Supplier<WaitingLimits.Waiting> limits;
  private final AtomicLong channels = new AtomicLong();
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  UnstoredLimits(Supplier<WaitingLimits.Waiting> limits) {
    this.limits = limits;
  }

  /**
   * A channel holds something else than before.
   *
   * @param moreChannels 1 where it held nothing, -1 where it does not any more
   */
  void count(int moreChannels, long moreEvents, long moreBytes) {
    channels.addAndGet(moreChannels);
    events.addAndGet(moreEvents);
    bytes.addAndGet(moreBytes);
  }

  /** How many events wait. */
  public long events() {
    return events.get();
  }

  /** Whether a channel that has this much has to give up some of it. */
  boolean isTooMuch(long ofChannel, long bytesOfChannel) {
    return isOver(1, ofChannel, bytesOfChannel);
  }

  /** Whether publishers of a channel that has this much have to wait. */
  boolean isBusy(long ofChannel, long bytesOfChannel) {
    return isOver(2, ofChannel, bytesOfChannel);
  }

  private boolean isOver(int part, long ofChannel, long bytesOfChannel) {
    WaitingLimits.Waiting limit = limits.get();
    long mostEvents = limit.events() / part;
    long mostBytes = limit.bytes() / part;
    if (events.get() <= mostEvents && bytes.get() <= mostBytes) {
      return false;
    }
    long share = Math.max(1, channels.get());
    return ofChannel > mostEvents / share || bytesOfChannel > mostBytes / share;
  }
}
