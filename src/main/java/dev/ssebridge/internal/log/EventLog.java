package dev.ssebridge.internal.log;

import dev.ssebridge.internal.log.Evictions.Limit;
import dev.ssebridge.spi.GapReason;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A channel's bounded, totally ordered history. Sequences are dense and start at 1.
 *
 * <p>One thread writes ({@link #append}, {@link #lose}, {@link #expire}, {@link #clear}, {@link
 * #shed}); any number of threads read without a lock: an entry is complete before the head that
 * covers it is published, and an entry that was dropped reads as absent.
 *
 * <p>What may be resumed from, {@link #oldest()} on, follows the retention exactly. What can still
 * be read, {@link #floor()} on, is a little more: a subscriber that is reading already is not
 * overtaken by a burst that is longer than a short history. That slack is bounded ({@value
 * #SLACK_EVENTS} events, {@value #SLACK_BYTES} bytes, and the budget that all logs share) and goes
 * with the second {@link #expire}.
 */
public final class EventLog {
  /** At most this many events beyond the retention. */
  public static final int SLACK_EVENTS = 8192;

  /** At most this many bytes beyond the retention. */
  public static final int SLACK_BYTES = 1 << 20;

  /** What an entry counts for in the retention beside its frame, in bytes. */
  static final int ENTRY_OVERHEAD = 28;

  /** What a key or label costs beside its characters, in bytes: the objects that hold it. */
  static final int KEY_OVERHEAD = 40;

  /** How many entries are evicted one by one before the rest is searched for. */
  private static final int STEPS = 64;

  // set at construction
  private final String epoch;
  private final LogShape shape;
  private final SlackBudget slack;
  private final Evictions evictions;
  private final PageRing pages;

  // written by the writer, read by anyone
  private volatile long head;
  private volatile long oldest;
  private volatile long floor;
  private volatile long lostFrom;
  private volatile long lostTo;
  private volatile LostRuns lostRuns = LostRuns.NONE;

  // written by the writer; what another thread reads may be of a moment ago
  private long appendedBytes;
  private long lastTime;

  // only the writer
  private Retention retention;
  private long retainedCost;
  private long readableCost;
  private long appendedCost;
  private long headAtLastExpiry;
  private int expected;
  private boolean hasSlack;

  /** An empty log with a budget of its own. */
  public EventLog(String epoch, Retention retention, LogShape shape) {
    this(epoch, retention, shape, new SlackBudget(SLACK_BYTES));
  }

  /** One whose evictions nobody counts. */
  public EventLog(String epoch, Retention retention, LogShape shape, SlackBudget slack) {
    this(epoch, retention, shape, slack, Evictions.UNCOUNTED);
  }

  /** An empty log; its epoch must be one that no log had before. */
  public EventLog(
      String epoch, Retention retention, LogShape shape, SlackBudget slack, Evictions evictions) {
    this(epoch, 0, retention, shape, slack, evictions);
  }

  /**
   * One that goes on with a history that is kept elsewhere.
   *
   * @param head the sequence before the first that is appended
   */
  public EventLog(
      String epoch,
      long head,
      Retention retention,
      LogShape shape,
      SlackBudget slack,
      Evictions evictions) {
    this.head = head;
    this.oldest = head + 1;
    this.floor = head + 1;
    this.headAtLastExpiry = head;
    this.evictions = evictions;
    this.epoch = epoch;
    this.retention = retention;
    this.shape = shape;
    this.slack = slack;
    this.pages = new PageRing(retention.events());
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

  /**
   * The memory that the log holds beyond what an empty one does, in bytes: frames with the room
   * that is left in their arrays, pages, keys. Writer only.
   */
  public long bytes() {
    return pages.held();
  }

  /** The position of this sequence. */
  public Position positionOf(long sequence) {
    return new Position(epoch, sequence);
  }

  /**
   * Looks an entry up, in constant time.
   *
   * @return false where it was dropped, lost or not yet appended; the view is then left as it was
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
    view.label = page.labels == null ? null : page.labels[index];
    return true;
  }

  /** The sequence of the newest event that was {@linkplain #lose lost}, 0 where none was. */
  public long lastLost() {
    return lostTo;
  }

  /**
   * Where a run of lost events ends that begins with this one; the sequence before it where this
   * one was not {@linkplain #lose lost}. Of the newest run that is known even behind the floor.
   */
  public long lostUpTo(long sequence) {
    long newest = lostTo; // read before where it begins, which is written first
    if (sequence <= newest && sequence >= lostFrom) {
      return newest;
    }
    long end = head;
    long next = sequence;
    while (next <= end) {
      Page page = pages.at(next);
      if (page == null) {
        next = pages.firstOf(next) + pages.entries();
      } else if (page.lengths[(int) (next - page.first)] == 0) {
        next++;
      } else {
        break;
      }
    }
    // A page that was dropped meanwhile looks as if it had never been.
    VarHandle.acquireFence();
    return sequence < floor ? sequence - 1 : Math.max(sequence - 1, Math.min(next - 1, end));
  }

  /** Why this event was {@linkplain #lose lost}. */
  public GapReason reasonOfLoss(long sequence) {
    return lostRuns.reasonOf(sequence);
  }

  /** Up to where a run of lost events that ends here has the reason of its first. */
  public long sameReasonUpTo(long sequence, long end) {
    return lostRuns.upTo(sequence, end);
  }

  /**
   * How many of the sequences after {@code from} and up to {@code to} stand for {@linkplain
   * GapReason#UNKNOWN nobody knows how many} lost events, as far as that is remembered; 1 or more
   * where there may be any. What is behind the floor counts as well.
   */
  public long unknownIn(long from, long to) {
    return lostRuns.unknownIn(from + 1, to);
  }

  /** Whether the newest sequence is such a one. */
  public boolean endsUnknown() {
    long newest = head;
    return newest > 0 && newest == lostTo && lostRuns.reasonOf(newest) == GapReason.UNKNOWN;
  }

  /** The last of the events after {@code from} and up to {@code to} before one that was lost. */
  public long unbrokenUpTo(long from, long to) {
    if (from >= lostTo) {
      return to;
    }
    long next = from + 1;
    while (next <= to && lostUpTo(next) < next) {
      next++;
    }
    return next - 1;
  }

  /**
   * The bytes of all frames from the log's beginning up to and with this one; 0 where it cannot be
   * read.
   */
  public long bytesUpTo(long sequence) {
    Page page = pageOf(sequence);
    return page == null
        ? bytesBefore(sequence)
        : page.bytesBefore((int) (sequence - page.first) + 1);
  }

  /** The bytes of all frames before this one, 0 where it was dropped or not yet appended. */
  public long bytesBefore(long sequence) {
    if (sequence < floor || sequence > head) {
      return 0;
    }
    Page page = pageFrom(sequence);
    return page == null ? appendedBytes : page.bytesBefore(indexIn(page, sequence));
  }

  /**
   * When this event was appended, or {@link Long#MIN_VALUE} where it was dropped or not yet
   * appended. A lost event is as old as the next that was not.
   */
  public long timeOf(long sequence) {
    if (sequence < floor || sequence > head) {
      return Long.MIN_VALUE;
    }
    Page page = pageFrom(sequence);
    return page == null ? lastTime : page.times[indexIn(page, sequence)];
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
   * @param length 1 or more
   */
  public void append(
      long time, int source, @Nullable String key, byte[] frame, int offset, int length) {
    append(time, source, key, null, frame, offset, length);
  }

  /**
   * The same.
   *
   * @param label whom the event is for, ignored by a log without labels
   */
  public void append(
      long time,
      int source,
      @Nullable String key,
      @Nullable String label,
      byte[] frame,
      int offset,
      int length) {
    long sequence = head + 1;
    lastTime = Math.max(lastTime, time);
    Page page = pages.at(sequence);
    if (page == null) {
      page = newPage(sequence);
    }
    int index = (int) (sequence - page.first);
    long before = page.held();
    page.store(index, frame, offset, length);
    page.times[index] = lastTime;
    if (page.sources != null) {
      page.sources[index] = (short) source;
    }
    page.key(index, key);
    page.label(index, label);
    long more = page.held() - before;
    if (more != 0) {
      pages.onChange(more);
    }
    long cost = page.costOf(index);
    appendedBytes += length;
    appendedCost += cost;
    retainedCost += cost;
    readableCost += cost;
    head = sequence;
    evict(lastTime);
    dropSlack(oldest - SLACK_EVENTS, slack.share());
  }

  private Page newPage(long sequence) {
    Page last = pages.at(sequence - 1);
    if (last != null) {
      // As much as the page before, and a little more; but no more than the retention bears.
      long most = Math.min(Page.LARGEST, retention.bytes() / 8);
      expected = (int) Math.min(most, last.filled() + last.filled() / 16);
    }
    long first = pages.firstOf(sequence);
    Page page = new Page(first, pages.entries(), appendedBytes, appendedCost, expected, shape);
    for (int i = 0; i < sequence - first; i++) {
      page.times[i] = lastTime; // lost, or dropped
    }
    pages.add(page, floor);
    return page;
  }

  /**
   * {@code count} events that should have come now never will: they get their sequences, and a
   * reader that goes on finds them {@linkplain #lostUpTo lost}. Writer only.
   *
   * @param time milliseconds of the log's clock
   */
  public void lose(long time, long count) {
    lose(time, count, GapReason.DROPPED);
  }

  /**
   * The same.
   *
   * @param count of a loss that nobody knows the number of: 1, the place where it is told
   * @param reason why they were lost
   */
  public void lose(long time, long count, GapReason reason) {
    lastTime = Math.max(lastTime, time);
    long before = head;
    if (reason != GapReason.DROPPED) {
      lostRuns = lostRuns.with(before + 1, before + count, reason);
    }
    Page page = pages.at(before);
    if (page != null) {
      for (int i = (int) (before - page.first) + 1; i < pages.entries(); i++) {
        page.times[i] = lastTime;
      }
    }
    if (before == 0 || before != lostTo) {
      lostFrom = before + 1;
    }
    lostTo = before + count;
    head = before + count;
    evict(lastTime);
    dropSlack(oldest - SLACK_EVENTS, slack.share());
  }

  /**
   * Evicts what is too old, and the slack from before the last call. About once a second. Writer
   * only.
   */
  public void expire(long now) {
    evict(now);
    dropSlack(headAtLastExpiry + 1, slack.share());
    headAtLastExpiry = head;
  }

  /**
   * Follows another retention from now on. What was evicted does not come back. Writer only.
   *
   * @param now milliseconds of the log's clock
   */
  public void retain(Retention other, long now) {
    retention = other;
    evict(now);
  }

  /** Evicts everything. Writer only. */
  public void clear() {
    evictions.evicted(Limit.NONE, head + 1 - oldest);
    retainFrom(head + 1);
    dropBelow(oldest, 0);
  }

  /**
   * Evicts the oldest events, page by page, until they held this many bytes, or nothing more may
   * go. Writer only.
   *
   * @param end a page that holds this sequence, or a later one, stays
   */
  public void shed(long excess, long end) {
    long freed = 0;
    long first = floor;
    while (freed < excess && first <= head) {
      long next = Math.min(pages.firstOf(first) + pages.entries(), head + 1);
      if (next > end) {
        break;
      }
      Page page = pages.at(first);
      freed += page == null ? 0 : page.held();
      first = next;
    }
    if (first > oldest) {
      evictions.evicted(Limit.RETAINED, first - oldest);
      retainFrom(first);
    }
    dropBelow(first, costFrom(first));
  }

  /**
   * Mostly one event is evicted for one that is appended. After a silence it may be millions, all
   * at once: they are searched for, not walked over.
   */
  private void evict(long now) {
    long first = oldest;
    long held = retainedCost;
    for (int i = 0; i < STEPS; i++) {
      Limit limit = first > head ? null : exceeded(first, held, now);
      if (limit == null) {
        if (first != oldest) {
          oldest = first;
          retainedCost = held;
        }
        return;
      }
      evictions.evicted(limit, 1);
      held -= costOf(first);
      first++;
    }
    long kept = Sequences.first(first, head + 1, s -> isWithinRetention(s, costFrom(s), now));
    long byEvents = Math.min(kept, Math.max(first, head - retention.events() + 1));
    long byBytes =
        Sequences.first(byEvents, kept, s -> exceeded(s, costFrom(s), now) != Limit.BYTES);
    evictions.evicted(Limit.EVENTS, byEvents - first);
    evictions.evicted(Limit.BYTES, byBytes - byEvents);
    evictions.evicted(Limit.AGE, kept - byBytes);
    retainFrom(kept);
  }

  private boolean isWithinRetention(long first, long held, long now) {
    return exceeded(first, held, now) == null;
  }

  /** Why an event is not within the retention; {@code null} where it is. */
  private @Nullable Limit exceeded(long first, long held, long now) {
    if (head - first >= retention.events()) {
      return Limit.EVENTS;
    }
    if (held > retention.bytes() && first != head) {
      return Limit.BYTES;
    }
    return now - timeOf(first) > retention.ageMillis() ? Limit.AGE : null;
  }

  private void retainFrom(long first) {
    oldest = first;
    retainedCost = costFrom(first);
  }

  /** Drops evicted entries below this sequence, and more while they hold too many bytes. */
  private void dropSlack(long below, long slackBytes) {
    long first = floor;
    long held = readableCost;
    for (int i = 0; i < STEPS && isSlackTooMuch(first, held, below, slackBytes); i++) {
      held -= costOf(first);
      first++;
    }
    if (isSlackTooMuch(first, held, below, slackBytes)) {
      first =
          Sequences.first(first, head + 1, s -> !isSlackTooMuch(s, costFrom(s), below, slackBytes));
      held = costFrom(first);
    }
    dropBelow(first, held);
  }

  /**
   * The newest event stays for readers that are about to read it, even if there is very little
   * slack.
   */
  private boolean isSlackTooMuch(long first, long held, long below, long slackBytes) {
    return first < oldest && (first < below || (held - retainedCost > slackBytes && first < head));
  }

  /**
   * @param cost what is left costs
   */
  private void dropBelow(long first, long cost) {
    long next = floor;
    if (first > next) {
      readableCost = cost;
      // Before the entries go: a reader that finds one gone then finds the reason as well.
      floor = first;
      VarHandle.storeStoreFence();
      if (first > head) {
        pages.clear();
        expected = 0;
      } else {
        pages.drop(next, first);
      }
    }
    if (hasSlack != first < oldest) {
      hasSlack = !hasSlack;
      slack.count(hasSlack ? 1 : -1);
    }
  }

  private long costOf(long sequence) {
    Page page = pages.at(sequence);
    return page == null ? 0 : page.costOf((int) (sequence - page.first));
  }

  /** What the entries from this one on cost together. */
  private long costFrom(long sequence) {
    Page page = sequence > head ? null : pageFrom(sequence);
    return page == null ? 0 : appendedCost - page.costBefore(indexIn(page, sequence));
  }

  private @Nullable Page pageOf(long sequence) {
    return sequence < floor || sequence > head ? null : pages.at(sequence);
  }

  /** The page of this sequence, or the next there is where it was lost. */
  private @Nullable Page pageFrom(long sequence) {
    for (long next = sequence; next <= head; next = pages.firstOf(next) + pages.entries()) {
      Page page = pages.at(next);
      if (page != null) {
        return page;
      }
    }
    return null;
  }

  private static int indexIn(Page page, long sequence) {
    return (int) Math.max(0, sequence - page.first);
  }
}
