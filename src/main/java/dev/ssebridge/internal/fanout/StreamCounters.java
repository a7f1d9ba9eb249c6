package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.log.Evictions;
import dev.ssebridge.metrics.Distribution;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.GapReason;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What happened on a route since it was opened: counted by each loop for itself, read by any thread
 * as the sum of all.
 */
public final class StreamCounters {
  private final ConcurrentMap<Loop, LoopCounters> byLoop = new ConcurrentHashMap<>();
  private final LongAdder unrecorded = new LongAdder();

  /** The part of a loop. Any thread, but only that loop counts in it. */
  public LoopCounters on(Loop loop) {
    return byLoop.computeIfAbsent(loop, one -> new LoopCounters());
  }

  /** A message found no channel, and there could be none. Any thread. */
  public void onUnrecorded() {
    unrecorded.increment();
  }

  /** Events appended to the logs of the route. */
  public long appended() {
    long sum = 0;
    for (EntryWay way : EntryWay.values()) {
      sum += appended(way);
    }
    return sum;
  }

  /** Those that came this way. */
  public long appended(EntryWay way) {
    return LoopCounters.sum(all(), way);
  }

  /** Events written to subscribers, each subscriber counted. */
  public long delivered() {
    return LoopCounters.sum(all(), LoopCounters.Count.DELIVERED);
  }

  /** Bytes of event streams written to subscribers, each subscriber counted. */
  public long writtenBytes() {
    return LoopCounters.sum(all(), LoopCounters.Count.WRITTEN_BYTES);
  }

  /** Events left out because a subscriber did not ask for their address. */
  public long filtered() {
    return LoopCounters.sum(all(), LoopCounters.Count.FILTERED);
  }

  /** Events left out because a newer one of their key followed. */
  public long merged() {
    return LoopCounters.sum(all(), LoopCounters.Count.MERGED);
  }

  /** Streams opened. */
  public long opened() {
    return LoopCounters.sum(all(), LoopCounters.Count.OPENED);
  }

  /** Streams closed for this reason. */
  public long closed(CloseReason reason) {
    return LoopCounters.sum(all(), reason);
  }

  /** Gaps of this reason. */
  public long gaps(GapReason reason) {
    return LoopCounters.gaps(all(), reason);
  }

  /** Events in gaps of this reason, as far as their number is known. */
  public long missed(GapReason reason) {
    return LoopCounters.missed(all(), reason);
  }

  /** Messages that did not become events for this reason. */
  public long dropped(DropCause cause) {
    return LoopCounters.sum(all(), cause) + (cause == DropCause.CHANNELS ? unrecorded.sum() : 0);
  }

  /** The same for any reason. */
  public long dropped() {
    long sum = 0;
    for (DropCause cause : DropCause.values()) {
      sum += dropped(cause);
    }
    return sum;
  }

  /** Events that the histories hold now. */
  public long retainedEvents() {
    return LoopCounters.sum(all(), LoopCounters.Count.RETAINED_EVENTS);
  }

  /** Bytes that the histories hold now. */
  public long retainedBytes() {
    return LoopCounters.sum(all(), LoopCounters.Count.RETAINED_BYTES);
  }

  /** Events that went from the histories for this limit. */
  public long evicted(Evictions.Limit limit) {
    return LoopCounters.sum(all(), limit);
  }

  /** What was counted by size. */
  public Distribution sizes(LoopCounters.Sizes sizes) {
    return LoopCounters.sum(all(), sizes);
  }

  private Collection<LoopCounters> all() {
    return byLoop.values();
  }
}
