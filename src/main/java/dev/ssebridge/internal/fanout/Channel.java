package dev.ssebridge.internal.fanout;

import dev.ssebridge.SlowPolicy;
import dev.ssebridge.internal.log.EntryView;
import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.Retention;
import dev.ssebridge.spi.GapReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One concrete stream of a route: its log, the one thread that writes to it, and its subscribers by
 * loop.
 */
public final class Channel {
  private static final int REMOVED = Integer.MIN_VALUE;

  // set at construction
  private final String name;
  private final StreamCounters counters;
  private final LongSupplier clock;

  // written by any loop
  private final AtomicInteger users = new AtomicInteger();
  private volatile List<Shard> shards = List.of();
  private volatile long lastUsed;

  /** Whether somebody may have come to the head since {@link #mustTellUnknown}. */
  private final AtomicBoolean used = new AtomicBoolean();

  // written by the writer, read by any loop
  private volatile StreamPolicy policy;
  private volatile Epoch now;

  /** Only the writer: what those still read who have not come to its end. */
  private @Nullable EventLog before;

  /**
   * The history, which begins anew where what is behind it was lost.
   *
   * @param newest which events are the newest of their key; where subscribers may be conflated
   * @param older what is kept elsewhere, or {@code null} where that is nothing
   */
  private record Epoch(EventLog log, @Nullable NewestByKey newest, @Nullable Older older) {

    long oldest() {
      return older == null ? log.oldest() : Math.min(log.oldest(), older.oldest());
    }
  }

  /**
   * @param name for messages
   * @param clock the log's clock, wall-clock milliseconds
   */
  public Channel(
      String name, EventLog log, StreamPolicy policy, StreamCounters counters, LongSupplier clock) {
    this.name = name;
    this.policy = policy;
    this.counters = counters;
    this.clock = clock;
    this.now = epochOf(log, null);
    this.lastUsed = clock.getAsLong();
  }

  private Epoch epochOf(EventLog log, @Nullable Older older) {
    boolean conflates = policy.slow() == SlowPolicy.CONFLATE;
    return new Epoch(log, conflates ? new NewestByKey(policy.conflateKeys()) : null, older);
  }

  /** For messages. */
  String name() {
    return name;
  }

  /** The history. */
  public EventLog log() {
    return now.log;
  }

  /** The oldest event that may be resumed from, wherever it is kept. */
  public long oldest() {
    return now.oldest();
  }

  /** The same of a log that it has, or has had. */
  long oldestIn(EventLog log) {
    Epoch here = now;
    return here.log == log ? here.oldest() : log.oldest();
  }

  /** What is kept elsewhere of this log, or {@code null} where that is nothing. */
  @Nullable Older olderThan(EventLog log) {
    Epoch here = now;
    return here.log == log ? here.older : null;
  }

  /** The memory that the history and what is kept of its keys hold, in bytes. Writer only. */
  public long bytes() {
    Epoch here = now;
    return here.log.bytes() + (here.newest == null ? 0 : here.newest.bytes());
  }

  /** Which of its events are the newest of their key; only where subscribers may be conflated. */
  @Nullable NewestByKey newestIn(EventLog log) {
    Epoch here = now;
    return here.log == log ? here.newest : null;
  }

  /**
   * Goes on with another log. A reader comes to the end of the one before and is told then. Writer
   * only.
   *
   * @param older what is kept elsewhere of it
   */
  public void restart(EventLog log, Older older) {
    forgetBefore();
    before = now.log;
    Epoch next = epochOf(log, older);
    if (next.newest != null) {
      index(log, next.newest);
    }
    now = next;
    lastUsed = clock.getAsLong();
    shards.forEach(Shard::wake);
  }

  private static void index(EventLog log, NewestByKey newest) {
    EntryView entry = new EntryView();
    for (long sequence = log.floor(); sequence <= log.head(); sequence++) {
      if (log.read(sequence, entry)) {
        newest.onAppended(sequence, entry.source(), entry.key(), log.floor());
      } else {
        newest.onLost(sequence - 1, sequence, log.floor());
      }
    }
  }

  private void forgetBefore() {
    EventLog old = before;
    if (old != null) {
      before = null;
      old.clear();
    }
  }

  StreamPolicy policy() {
    return policy;
  }

  StreamCounters counters() {
    return counters;
  }

  LongSupplier clock() {
    return clock;
  }

  /**
   * Appends an event and wakes those who wait for it. Writer only; what is counted of it is the
   * writer's.
   *
   * @param label whom the event is for, as {@link EventFilter} asks
   */
  public void append(
      int source,
      @Nullable String key,
      @Nullable String label,
      byte[] frame,
      int offset,
      int length) {
    long time = clock.getAsLong();
    lastUsed = time;
    append(time, source, key, label, frame, offset, length);
  }

  /**
   * The same.
   *
   * @param time when it came, wall-clock milliseconds
   */
  public void append(
      long time,
      int source,
      @Nullable String key,
      @Nullable String label,
      byte[] frame,
      int offset,
      int length) {
    Epoch here = now;
    EventLog log = here.log;
    log.append(time, source, key, label, frame, offset, length);
    if (here.newest != null) {
      here.newest.onAppended(log.head(), source, key, log.floor());
    }
    for (Shard shard : shards) {
      shard.wake();
    }
  }

  /** Somebody uses it. Any thread. */
  public void touch() {
    lastUsed = clock.getAsLong();
  }

  /** {@code count} events that should have come now were lost on the way here. Writer only. */
  public void lose(long count, GapReason reason) {
    lose(clock.getAsLong(), count, reason);
  }

  /**
   * The same.
   *
   * @param time when it was, wall-clock milliseconds
   * @param reason why
   */
  public void lose(long time, long count, GapReason reason) {
    Epoch here = now;
    EventLog log = here.log;
    long head = log.head();
    log.lose(time, count, reason);
    if (here.newest != null) {
      here.newest.onLost(head, log.head(), log.floor());
    }
    shards.forEach(Shard::wake);
  }

  /**
   * Whether it must be told here that an unknown number of events may be missing. Not where nobody
   * can have a position behind the place that says so already. Writer only; then it is to be told.
   */
  public boolean mustTellUnknown() {
    boolean wasUsed = used.getAndSet(false);
    boolean isUsed = users() > 0; // asked for after that, as acquire() does it the other way round
    if (isUsed) {
      used.set(true);
    }
    EventLog log = now.log;
    return isUsed || wasUsed || (log.head() > 0 && !log.endsUnknown());
  }

  /**
   * Serves its subscribers as this policy says from now on, those that are open included, and keeps
   * as much history as this retention says. Writer only.
   *
   * @param other conflates if the present one does, for that is in the shape of the log
   */
  public void change(StreamPolicy other, Retention retention) {
    policy = other;
    Epoch here = now;
    if (here.newest != null) {
      here.newest.limit(other.conflateKeys());
    }
    here.log.retain(retention, clock.getAsLong());
    forget();
    shards.forEach(Shard::lookAfterAll);
  }

  /** Evicts what is too old. About once a second. Writer only. */
  public void expire() {
    forgetBefore(); // one who has not come to its end by now is told how much it has missed
    now.log.expire(clock.getAsLong());
    forget();
  }

  /**
   * Evicts the oldest events, until those evicted had this number of bytes together, or there are
   * none that may go. Writer only.
   */
  public void shed(long bytes, Shedding which) {
    now.log.shed(bytes, which == Shedding.OFFERED ? unoffered() : Long.MAX_VALUE);
    forget();
  }

  /** Evicts everything. Writer only. */
  public void clear() {
    forgetBefore();
    now.log.clear();
    forget();
  }

  private void forget() {
    Epoch here = now;
    if (here.newest == null) {
      return;
    }
    if (here.log.floor() > here.log.head()) {
      here.newest.clear();
    } else {
      here.newest.forgetBelow(here.log.floor());
    }
  }

  /** What may go where there is too much. */
  public enum Shedding {
    /** What has been offered to all subscribers: one who has not taken it keeps others waiting. */
    OFFERED,

    /** Everything. */
    ALL
  }

  /** The oldest event that some subscriber has not even been offered yet. */
  private long unoffered() {
    long oldest = Long.MAX_VALUE;
    for (Shard shard : shards) {
      oldest = Math.min(oldest, shard.unoffered());
    }
    return oldest;
  }

  /** Keeps the channel from being removed. False where it was removed already. Any thread. */
  public boolean acquire() {
    int before = users.getAndUpdate(n -> n < 0 ? n : n + 1);
    if (!used.get()) {
      used.set(true);
    }
    return before >= 0;
  }

  /** Undoes an {@link #acquire}. Any thread. */
  public void release() {
    lastUsed = clock.getAsLong();
    users.decrementAndGet();
  }

  /** How many subscribers (and others) hold the channel. */
  public int users() {
    return Math.max(0, users.get());
  }

  /** Milliseconds since somebody last wrote to it or left it. */
  public long idleMillis() {
    return clock.getAsLong() - lastUsed;
  }

  /** Marks a channel that nobody holds as removed. From then on it cannot be acquired. */
  public boolean removeIfUnused() {
    return users.compareAndSet(0, REMOVED);
  }

  /** Where a subscriber who asks for this begins now. Any thread. */
  public Start start(Start.From from, Predicate<String> isLiveEpoch) {
    Epoch here = now;
    return Start.at(
        from, here.log, here.oldest(), GapReason.EVICTED, isLiveEpoch, policy.newestOnReset());
  }

  /**
   * The same where what is kept elsewhere cannot be had now, and is told as missing. Any thread.
   */
  public Start startInHeap(Start.From from, Predicate<String> isLiveEpoch) {
    EventLog log = now.log;
    return Start.at(from, log, log.oldest(), GapReason.STORE, isLiveEpoch, policy.newestOnReset());
  }

  /**
   * Adds a subscriber; on the subscriber's loop. The channel must have been acquired, and is to be
   * released when its listener was told of the end. Nothing is written before {@link Opening#open}.
   */
  public Opening subscribe(FanoutLoop loop, Start start, Subscription subscription, Sink sink) {
    Shard shard = shardOn(loop);
    Subscriber subscriber = new Subscriber(shard, start, subscription, sink);
    shard.counters().onOpened(Math.max(0, start.log().head() - start.cursor()));
    return new Opening(shard, subscriber, start, subscription);
  }

  private Shard shardOn(FanoutLoop loop) {
    for (Shard shard : shards) {
      if (shard.fanout() == loop) {
        return shard;
      }
    }
    return addShard(loop);
  }

  private synchronized Shard addShard(FanoutLoop loop) {
    Shard shard = new Shard(this, loop);
    List<Shard> more = new ArrayList<>(shards);
    more.add(shard);
    shards = List.copyOf(more);
    return shard;
  }

  /** A subscriber that is not open yet: the sink can be told of it before the first byte. */
  public static final class Opening {
    private final Shard shard;
    private final Subscriber subscriber;
    private final Start start;
    private final Subscription subscription;

    private Opening(Shard shard, Subscriber subscriber, Start start, Subscription subscription) {
      this.shard = shard;
      this.subscriber = subscriber;
      this.start = start;
      this.subscription = subscription;
    }

    /** Who it will be. */
    public Subscriber subscriber() {
      return subscriber;
    }

    /** Writes the opening block and what there is already, and lets it take part. */
    public void open() {
      if (!subscriber.isClosed()) {
        shard.add(subscriber);
      }
      subscriber.open(subscription.retryMillis(), start.gap());
    }
  }
}
