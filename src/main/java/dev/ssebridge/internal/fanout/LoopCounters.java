package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.log.Evictions;
import dev.ssebridge.internal.metrics.Cells;
import dev.ssebridge.internal.metrics.Scale;
import dev.ssebridge.metrics.Distribution;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.GapReason;
import java.util.Collection;

/**
 * What happened with a route on one loop: its streams that are served there, and its channels that
 * are written there. Only that loop counts; any thread reads, through {@link StreamCounters}.
 */
@SuppressWarnings("EnumOrdinal") // places in memory, never kept
public final class LoopCounters implements Evictions {
  /** What is counted by number. */
  enum Count {
    DELIVERED,
    WRITTEN_BYTES,
    FILTERED,
    MERGED,
    OPENED,
    RETAINED_EVENTS,
    RETAINED_BYTES
  }

  /** What is counted by size. */
  @SuppressWarnings("ImmutableEnumChecker") // a scale does not change
  public enum Sizes {
    /** From the append of the oldest event of a write to that write, in nanoseconds. */
    APPEND_TO_SOCKET(Scale.SECONDS),
    /** From the event bus to the append, in nanoseconds. */
    PUBLISH_TO_APPEND(Scale.SECONDS),
    /** Events that a stream got, or was to get, as it opened. */
    REPLAY(Scale.EVENTS),
    /** Events that a stream was behind. */
    LAG_EVENTS(Scale.EVENTS),
    /** How old the oldest event is that a stream has yet to get, in milliseconds. */
    LAG_AGE(Scale.AGE);

    private final Scale scale;

    Sizes(Scale scale) {
      this.scale = scale;
    }
  }

  private static final int WAYS = Count.values().length;
  private static final int DROPS = WAYS + EntryWay.values().length;
  private static final int GAPS = DROPS + DropCause.values().length;
  private static final int MISSED = GAPS + GapReason.values().length;
  private static final int ENDED = MISSED + GapReason.values().length;
  private static final int EVICTED = ENDED + CloseReason.values().length;

  /** Where the cells of each of the sizes begin, and where the last of them end. */
  private static final int[] SIZES = sizes(EVICTED + Limit.values().length);

  private final Cells cells = new Cells(SIZES[SIZES.length - 1]);

  /** An event was appended, which came this way. */
  public void onAppended(EntryWay way) {
    onAppended(way, 1);
  }

  /** {@code events} events were appended, which came this way. */
  public void onAppended(EntryWay way, long events) {
    cells.add(WAYS + way.ordinal(), events);
  }

  /** An event waited {@code nanos} nanoseconds between the event bus and its log. */
  public void onWaited(long nanos) {
    observe(Sizes.PUBLISH_TO_APPEND, nanos, 1);
  }

  /** {@code messages} messages that should have become events did not. */
  public void onDropped(DropCause cause, long messages) {
    cells.add(DROPS + cause.ordinal(), messages);
  }

  /** The histories hold this much more than before; less, where the numbers are below 0. */
  public void onRetained(long events, long bytes) {
    cells.add(Count.RETAINED_EVENTS.ordinal(), events);
    cells.add(Count.RETAINED_BYTES.ordinal(), bytes);
  }

  @Override
  public void evicted(Limit limit, long events) {
    cells.add(EVICTED + limit.ordinal(), events);
  }

  void onDelivered(long events) {
    cells.add(Count.DELIVERED.ordinal(), events);
  }

  void onWritten(long bytes) {
    cells.add(Count.WRITTEN_BYTES.ordinal(), bytes);
  }

  void onFiltered(long events) {
    cells.add(Count.FILTERED.ordinal(), events);
  }

  void onMerged(long events) {
    cells.add(Count.MERGED.ordinal(), events);
  }

  void onGap(GapReason reason, long events) {
    cells.add(GAPS + reason.ordinal(), 1);
    cells.add(MISSED + reason.ordinal(), events);
  }

  void onOpened(long replay) {
    cells.add(Count.OPENED.ordinal(), 1);
    observe(Sizes.REPLAY, replay, 1);
  }

  void onClosed(CloseReason reason) {
    cells.add(ENDED + reason.ordinal(), 1);
  }

  /** A stream is this far behind. */
  void onLag(long events, long millis) {
    observe(Sizes.LAG_EVENTS, events, 1);
    observe(Sizes.LAG_AGE, millis, 1);
  }

  /**
   * {@code streams} streams were written to, {@code nanos} nanoseconds after the oldest event for
   * them was appended.
   */
  void onWrites(long nanos, long streams) {
    observe(Sizes.APPEND_TO_SOCKET, Math.max(0, nanos), streams);
  }

  /**
   * A stream that is behind was written to, {@code millis} milliseconds after the oldest event of
   * the write was appended.
   */
  void onLateWrite(long millis) {
    onWrites(millis * 1_000_000, 1);
  }

  private void observe(Sizes sizes, long value, long times) {
    sizes.scale.observe(cells, SIZES[sizes.ordinal()], value, times);
  }

  private static int[] sizes(int from) {
    Sizes[] all = Sizes.values();
    int[] first = new int[all.length + 1];
    first[0] = from;
    for (int i = 0; i < all.length; i++) {
      first[i + 1] = first[i] + all[i].scale.cells();
    }
    return first;
  }

  // What was counted on several loops. Any thread.

  static long sum(Collection<LoopCounters> loops, Count count) {
    return sum(loops, count.ordinal());
  }

  static long sum(Collection<LoopCounters> loops, EntryWay way) {
    return sum(loops, WAYS + way.ordinal());
  }

  static long sum(Collection<LoopCounters> loops, DropCause cause) {
    return sum(loops, DROPS + cause.ordinal());
  }

  static long gaps(Collection<LoopCounters> loops, GapReason reason) {
    return sum(loops, GAPS + reason.ordinal());
  }

  static long missed(Collection<LoopCounters> loops, GapReason reason) {
    return sum(loops, MISSED + reason.ordinal());
  }

  static long sum(Collection<LoopCounters> loops, CloseReason reason) {
    return sum(loops, ENDED + reason.ordinal());
  }

  static long sum(Collection<LoopCounters> loops, Limit limit) {
    return sum(loops, EVICTED + limit.ordinal());
  }

  static Distribution sum(Collection<LoopCounters> loops, Sizes sizes) {
    int first = SIZES[sizes.ordinal()];
    return sizes.scale.read(cell -> sum(loops, first + cell));
  }

  private static long sum(Collection<LoopCounters> loops, int index) {
    long sum = 0;
    for (LoopCounters loop : loops) {
      sum += loop.cells.get(index);
    }
    return sum;
  }
}
