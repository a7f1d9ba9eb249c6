package dev.ssebridge.internal.fanout;

import dev.ssebridge.spi.CloseReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What happened on a route since it was opened. Any thread may count and read. */
public final class StreamCounters {
  private final LongAdder appended = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder merged = new LongAdder();
  private final LongAdder opened = new LongAdder();
  private final Map<GapReason, LongAdder> missed = adders(GapReason.class);
  private final Map<GapReason, LongAdder> gaps = adders(GapReason.class);
  private final Map<CloseReason, LongAdder> closed = adders(CloseReason.class);

  void onAppended() {
    appended.increment();
  }

  void onDelivered(long events) {
    delivered.add(events);
  }

  void onMerged(long events) {
    merged.add(events);
  }

  void onGap(GapReason reason, long events) {
    adder(gaps, reason).increment();
    adder(missed, reason).add(events);
  }

  void onOpened() {
    opened.increment();
  }

  void onClosed(CloseReason reason) {
    adder(closed, reason).increment();
  }

  /** Events appended to the logs of the route. */
  public long appended() {
    return appended.sum();
  }

  /** Events written to subscribers, each subscriber counted. */
  public long delivered() {
    return delivered.sum();
  }

  /** Events left out because a newer one of their key followed. */
  public long merged() {
    return merged.sum();
  }

  /** Streams opened. */
  public long opened() {
    return opened.sum();
  }

  /** Streams closed for this reason. */
  public long closed(CloseReason reason) {
    return adder(closed, reason).sum();
  }

  /** Gaps of this reason. */
  public long gaps(GapReason reason) {
    return adder(gaps, reason).sum();
  }

  /** Events in gaps of this reason, as far as their number is known. */
  public long missed(GapReason reason) {
    return adder(missed, reason).sum();
  }

  private static <K extends Enum<K>> Map<K, LongAdder> adders(Class<K> keys) {
    Map<K, LongAdder> adders = new EnumMap<>(keys);
    for (K key : keys.getEnumConstants()) {
      adders.put(key, new LongAdder());
    }
    return adders;
  }

  private static <K extends Enum<K>> LongAdder adder(Map<K, LongAdder> adders, K key) {
    LongAdder adder = adders.get(key);
    if (adder == null) {
      throw new IllegalStateException("no counter for " + key);
    }
    return adder;
  }
}
