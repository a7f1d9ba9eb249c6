package dev.ssebridge.internal.log;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A channel's bounded, totally ordered history. Sequences are dense and start at 1.
 *
 * <p>One thread writes ({@link #append}, {@link #expire}, {@link #clear}); any number of threads
 * read without a lock: an entry is complete before the head that covers it is published, and an
 * entry that was dropped reads as absent.
 *
 * <p>What may be resumed from, {@link #oldest()} on, follows the retention exactly. What can still
 * be read, {@link #floor()} on, is a little more: a subscriber that is reading already is not
 * overtaken by a burst that is longer than a short history. That slack is bounded ({@value
 * #SLACK_EVENTS} events, {@value #SLACK_BYTES} bytes) and goes with the second {@link #expire}.
 */
public final class EventLog {
  /** At most this many events beyond the retention. */
  public static final int SLACK_EVENTS = 8192;

  /** At most this many bytes beyond the retention. */
  public static final int SLACK_BYTES = 1 << 20;

  /** What an entry costs beside its frame, in bytes: its part of a page. */
  static final int ENTRY_OVERHEAD = 28;

  /** What a key costs beside its characters, in bytes: the objects that hold it. */
  static final int KEY_OVERHEAD = 40;

  /** So many entries are evicted one by one before the rest is searched for. */
  private static final int STEPS = 64;

  private static final int MIN_PAGES = 4;

  // set at construction
  private final String epoch;
  private final Retention retention;
  private final LogShape shape;
  private final FrameChunks chunks;

  // written by the writer, read by anyone
  private volatile @Nullable Page[] pages = new @Nullable Page[MIN_PAGES];
  private volatile long head;
  private volatile long oldest = 1;
  private volatile long floor = 1;
  private volatile long bytes;

  // only the writer
  private long retainedBytes;
  private long appendedBytes;
  private long appendedCost;
  private long lastTime;
  private long headAtLastExpiry;

  /** An empty log; its epoch must be one that no log had before. */
  public EventLog(String epoch, Retention retention, LogShape shape) {
    this.epoch = epoch;
    this.retention = retention;
    this.shape = shape;
    this.chunks = new FrameChunks(retention.bytes() / 8);
  }

  /** The first part of every id of this log. */
  public String epoch() {
    return epoch;
  }

  /** The sequence of the newest event, 0 before the first. */
  public long head() {
    return head;
  }

  /** The sequence of the oldest event that may be resumed from; {@code head() + 1} when none. */
  public long oldest() {
    return oldest;
  }

  /** The sequence of the oldest event that can still be read; {@code head() + 1} when none. */
  public long floor() {
    return floor;
  }

  /** Whether nothing may be resumed from. */
  public boolean isEmpty() {
    return oldest > head;
  }

  /** The memory that the entries hold, in bytes. */
  public long bytes() {
    return bytes;
  }

  /** The position of this sequence. */
  public Position positionOf(long sequence) {
    return new Position(epoch, sequence);
  }

  /**
   * Looks an entry up, in constant time.
   *
   * @return false where it was dropped or not yet appended; the view is then left as it was
   */
  public boolean read(long sequence, EntryView view) {
    Page page = pageOf(sequence);
    if (page == null) {
      return false;
    }
    int index = (int) (sequence - page.first);
    byte[] chunk = page.chunks[index];
    if (chunk == null) {
      return false;
    }
    view.sequence = sequence;
    view.bytes = chunk;
    view.offset = page.offsets[index];
    view.length = page.lengths[index];
    view.time = page.times[index];
    view.source = page.sources == null ? 0 : page.sources[index];
    view.key = page.keys == null ? null : page.keys[index];
    return true;
  }

  /**
   * The bytes of all frames from the log's beginning up to and with this one; 0 where it cannot be
   * read.
   */
  public long bytesUpTo(long sequence) {
    Page page = pageOf(sequence);
    return page == null ? 0 : page.bytesBefore((int) (sequence - page.first) + 1);
  }

  /** The bytes of all frames before this one, 0 where it cannot be read. */
  public long bytesBefore(long sequence) {
    Page page = pageOf(sequence);
    return page == null ? 0 : page.bytesBefore((int) (sequence - page.first));
  }

  /** When this event was appended, or {@link Long#MIN_VALUE} where it can no longer be read. */
  public long timeOf(long sequence) {
    Page page = pageOf(sequence);
    return page == null ? Long.MIN_VALUE : page.times[(int) (sequence - page.first)];
  }

  /**
   * The oldest retained event that was appended at this time or later; {@code head() + 1} if none.
   */
  public long firstSince(long time) {
    return Sequences.first(oldest, head + 1, s -> timeOf(s) >= time);
  }

  /**
   * Appends the next event, a copy of these bytes, and evicts what the retention no longer covers.
   * Writer only.
   *
   * @param time milliseconds of the log's clock; a clock that goes back is held still
   * @param source which of the channel's addresses
   * @param key what the event is conflated by, ignored by a log without keys
   */
  public void append(
      long time, int source, @Nullable String key, byte[] frame, int offset, int length) {
    long sequence = head + 1;
    lastTime = Math.max(lastTime, time);
    Page page = pageFor(sequence);
    int index = (int) (sequence - page.first);
    page.chunks[index] = chunks.store(frame, offset, length);
    page.offsets[index] = chunks.storedAt();
    page.lengths[index] = length;
    page.times[index] = lastTime;
    if (page.sources != null) {
      page.sources[index] = (short) source;
    }
    if (page.keys != null) {
      page.keys[index] = key;
    }
    long cost = page.costOf(index);
    appendedBytes += length;
    appendedCost += cost;
    retainedBytes += cost;
    long held = bytes + cost;
    bytes = held;
    head = sequence;
    evict(lastTime);
    dropSlack(oldest - SLACK_EVENTS, SLACK_BYTES);
  }

  /** Evicts what is too old, and the slack of a while ago. About once a second. Writer only. */
  public void expire(long now) {
    evict(now);
    dropSlack(headAtLastExpiry + 1, SLACK_BYTES);
    headAtLastExpiry = head;
    if (floor > head) {
      shrink();
    }
  }

  /** Evicts everything. Writer only. */
  public void clear() {
    retainedBytes = 0;
    oldest = head + 1;
    dropSlack(oldest, 0);
    shrink();
  }

  /** Evicts the oldest events until they held this many bytes, or nothing is left. Writer only. */
  public void shed(long excess) {
    long goal = bytes - excess;
    retainFrom(Sequences.first(oldest, head + 1, first -> costFrom(first) <= goal));
    dropSlack(oldest, 0);
    if (floor > head) {
      shrink();
    }
  }

  /**
   * Mostly one event is evicted for one that is appended. After a silence it may be millions, all
   * at once: they are searched for, not walked over.
   */
  private void evict(long now) {
    long first = oldest;
    long held = retainedBytes;
    for (int i = 0; i < STEPS; i++) {
      if (first > head || isWithinRetention(first, held, now)) {
        oldest = first;
        retainedBytes = held;
        return;
      }
      held -= costOf(first);
      first++;
    }
    retainFrom(Sequences.first(first, head + 1, s -> isWithinRetention(s, costFrom(s), now)));
  }

  private boolean isWithinRetention(long first, long held, long now) {
    return head - first < retention.events()
        && (held <= retention.bytes() || first == head)
        && now - timeOf(first) <= retention.ageMillis();
  }

  private void retainFrom(long first) {
    oldest = first;
    retainedBytes = costFrom(first);
  }

  /** Drops evicted entries below this sequence, and more while they hold too many bytes. */
  private void dropSlack(long below, long slackBytes) {
    long first = floor;
    long held = bytes;
    for (int i = 0; i < STEPS && isSlackTooMuch(first, held, below, slackBytes); i++) {
      held -= costOf(first);
      first++;
    }
    if (isSlackTooMuch(first, held, below, slackBytes)) {
      first =
          Sequences.first(first, head + 1, s -> !isSlackTooMuch(s, costFrom(s), below, slackBytes));
      held = costFrom(first);
    }
    if (first != floor) {
      dropBelow(first);
      bytes = held;
    }
  }

  private boolean isSlackTooMuch(long first, long held, long below, long slackBytes) {
    return first < oldest && (first < below || held - retainedBytes > slackBytes);
  }

  /** Page by page, so that a million entries are a few thousand steps. */
  private void dropBelow(long first) {
    long next = floor;
    // Before the entries go: whoever finds one gone then finds the reason as well.
    floor = first;
    VarHandle.storeStoreFence();
    @Nullable Page[] ring = pages;
    while (next < first) {
      long end = firstOfPage(next) + Page.ENTRIES;
      if (end <= first) {
        ring[slot(next, ring)] = null;
      } else {
        Page page = writersPage(next);
        Arrays.fill(page.chunks, (int) (next - page.first), (int) (first - page.first), null);
      }
      next = end;
    }
  }

  /** Lets go of what an empty log does not need. */
  private void shrink() {
    chunks.reset();
    if (pages.length > MIN_PAGES) {
      @Nullable Page[] small = new @Nullable Page[MIN_PAGES];
      small[slot(head, small)] = pages[slot(head, pages)];
      pages = small;
    }
  }

  private long costOf(long sequence) {
    Page page = writersPage(sequence);
    return page.costOf((int) (sequence - page.first));
  }

  /** What the entries from this one on cost together. */
  private long costFrom(long sequence) {
    if (sequence > head) {
      return 0;
    }
    Page page = writersPage(sequence);
    return appendedCost - page.costBefore((int) (sequence - page.first));
  }

  private @Nullable Page pageOf(long sequence) {
    if (sequence < floor || sequence > head) {
      return null;
    }
    @Nullable Page[] ring = pages;
    Page page = ring[slot(sequence, ring)];
    return page != null && page.first == firstOfPage(sequence) ? page : null;
  }

  private Page writersPage(long sequence) {
    Page page = pages[slot(sequence, pages)];
    if (page == null || page.first != firstOfPage(sequence)) {
      throw new IllegalStateException(
          "no entry " + sequence + " in a log of " + floor + ".." + head);
    }
    return page;
  }

  private Page pageFor(long sequence) {
    if (sequence > 1 && firstOfPage(sequence) == firstOfPage(sequence - 1)) {
      return writersPage(sequence);
    }
    long livePages = (firstOfPage(sequence) - firstOfPage(Math.min(floor, sequence))) >> Page.SHIFT;
    if (livePages >= pages.length) {
      grow(sequence);
    }
    Page page = new Page(sequence, appendedBytes, appendedCost, shape);
    pages[slot(sequence, pages)] = page;
    return page;
  }

  private void grow(long sequence) {
    @Nullable Page[] small = pages;
    @Nullable Page[] large = new @Nullable Page[small.length * 2];
    for (long s = firstOfPage(floor); s < sequence; s += Page.ENTRIES) {
      large[slot(s, large)] = small[slot(s, small)];
    }
    pages = large;
  }

  private static long firstOfPage(long sequence) {
    return ((sequence - 1) & -(long) Page.ENTRIES) + 1;
  }

  private static int slot(long sequence, @Nullable Page[] ring) {
    return (int) ((sequence - 1) >> Page.SHIFT) & (ring.length - 1);
  }
}
