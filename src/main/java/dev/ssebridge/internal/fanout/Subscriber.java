package dev.ssebridge.internal.fanout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ssebridge.SlowPolicy;
import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.Position;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.GapReason;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One stream to one client: a cursor into the channel's log, and the sink that takes what follows
 * the cursor. Live delivery, replay and catching up are the same loop ({@link #pump}); how to go on
 * with one that is too far behind is decided in {@link Lag}.
 *
 * <p>Everything in here happens on the subscriber's loop. What the outside may do, {@link
 * #writable}, {@link #gone}, {@link #finish} and {@link #close}, may come from any thread, and hops
 * there.
 */
public final class Subscriber {
  /** How many bytes are written in one go before others get their turn on the loop. */
  private static final int PUMP_BYTES = 4 * Gather.BATCH_BYTES;

  /** What looking at an event costs, beside what is written of it, in bytes written. */
  private static final int LEFT_OUT_BYTES = 4;

  /** How long it waits where what is kept elsewhere cannot be read. */
  private static final long FETCH_AGAIN_MILLIS = 1000;

  private static final System.Logger LOG = System.getLogger(Subscriber.class.getName());
  private static final byte[] EMPTY_COMMENT = ":\n\n".getBytes(US_ASCII);

  // set at construction
  private final Shard shard;
  private final Channel channel;
  private final LoopCounters counters;
  private final Sink sink;
  private final EventFilter filter;
  private final Upkeep upkeep;
  private final Subscription.Listener listener;

  // only the loop
  private EventLog log;
  private long from;
  private long cursor;
  private @Nullable EventLog stretch;
  private boolean fetching;
  private long told;
  private long remaining;
  private boolean wasLive;
  private boolean lagging;
  private boolean conflating;
  private boolean full;
  private boolean pumpQueued;
  private boolean telling;
  private @Nullable Farewell farewell;
  private @Nullable CloseReason closed;
  private long delivered;
  private long merged;
  private long filtered;
  private long missed;
  private long unknown;
  private long lastWrite;
  private @Nullable Position firstEvent;
  private long lastEvent;
  private @Nullable String lastEpoch;
  private boolean open;
  private @Nullable Asides asides;

  /** Its place among the members of the shard, -1 while it is none. */
  int index = -1;

  /** How a stream ends once it has come to this sequence. */
  private static final class Farewell {
    private final CloseReason reason;
    private final byte @Nullable [] words;
    private final long at;

    Farewell(CloseReason reason, byte @Nullable [] words, long at) {
      this.reason = reason;
      this.words = words;
      this.at = at;
    }
  }

  Subscriber(Shard shard, Start start, Subscription subscription, Sink sink) {
    this.shard = shard;
    this.channel = shard.channel();
    this.counters = shard.counters();
    this.sink = sink;
    this.filter = subscription.filter();
    this.remaining = subscription.maxEvents();
    this.listener = subscription.listener();
    Gap gap = start.gap();
    if (gap != null && start.outcome() == Start.Outcome.GAP) {
      this.missed = missedIn(gap);
      this.unknown = gap.missed() == null ? stretchOf(gap) : 0;
    }
    this.log = start.log();
    this.cursor = start.cursor();
    this.told = cursor;
    this.from = cursor - missed - unknown;
    this.lastWrite = shard.loop().millis();
    this.upkeep = new Upkeep(this, shard, sink, subscription);
  }

  /** Writes the opening block, and all that there is for the subscriber already. */
  void open(long retryMillis, @Nullable Gap gap) {
    open = true;
    if (closed == null) {
      try {
        writeOpening(retryMillis, gap);
      } catch (RuntimeException | Error e) {
        fail(e);
      }
      pump();
    }
  }

  private void writeOpening(long retryMillis, @Nullable Gap gap) {
    StreamPolicy policy = channel.policy();
    if (gap != null) {
      counters.onGap(gap.reason(), missedIn(gap));
    }
    String retry = retryMillis < 0 ? "" : "retry: " + retryMillis + "\n";
    String type = policy.gapType();
    if (gap != null && type != null) {
      write(concat(retry.getBytes(US_ASCII), gap.encode(type)));
    } else {
      write((retry + idBlock()).getBytes(US_ASCII));
    }
    upkeep.begin();
    if (gap != null) {
      tell(gap);
    }
  }

  /** What is sent or ended from within goes its way after this. */
  private void tell(Gap gap) {
    telling = true;
    try {
      listener.onGap(gap);
    } finally {
      telling = false;
    }
  }

  /** What became of an event for one stream alone. */
  public enum Aside {
    /** It is written, or will be unless the stream ends before. */
    TAKEN,
    /** The stream has ended, or is about to. */
    ENDED,
    /** Too many wait already, because the stream is behind. */
    TOO_MANY
  }

  /**
   * Writes an event that is for this stream alone, after all that is in the log when this is
   * called, and before what comes later. A stream that is behind gets it when it has come so far,
   * or was told of a gap instead; nothing leaves it out. On the loop.
   *
   * @param block without an id, so that the stream resumes as if it had never been
   */
  public Aside send(byte[] block) {
    if (closed != null || farewell != null) {
      return Aside.ENDED;
    }
    if (asides == null) {
      asides = new Asides();
    }
    if (!asides.add(block, log.head())) {
      return Aside.TOO_MANY;
    }
    if (open && !isWaiting()) {
      pump();
    }
    return Aside.TAKEN;
  }

  /** The policy of its channel is another now. On the loop. */
  void lookAfter() {
    if (open && closed == null) {
      upkeep.renew();
    }
  }

  /** The sink has room again. Any thread. */
  public void writable() {
    shard.loop().run(this::goOnIfThereIsRoom);
  }

  /** The peer is gone; the sink takes nothing more. Any thread. */
  public void gone() {
    shard
        .loop()
        .run(
            () -> {
              end(CloseReason.CLIENT_GONE);
              upkeep.cancel();
            });
  }

  /**
   * Ends the stream, with these last words, once it has got all that is in the log when this is
   * called. Any thread.
   */
  public void finish(CloseReason reason, byte @Nullable [] last) {
    shard
        .loop()
        .run(
            () -> {
              if (closed == null && farewell == null) {
                farewell = new Farewell(reason, last, log.head());
                visit();
              }
            });
  }

  /** Ends the stream on an event boundary. Does nothing where it has ended already. Any thread. */
  public void close(CloseReason reason) {
    close(reason, null);
  }

  /** Ends the stream on an event boundary, with these last words. Any thread. */
  public void close(CloseReason reason, byte @Nullable [] last) {
    shard.loop().run(() -> closeHere(reason, last));
  }

  /** Whether the stream has ended, and its socket has taken all of it. On its loop. */
  public boolean isOver() {
    return closed != null && sink.pendingBytes() == 0;
  }

  private void closeHere(CloseReason reason, byte @Nullable [] last) {
    if (end(reason)) {
      try {
        sink.end(last);
        counters.onWritten(last == null ? 0 : last.length);
        upkeep.watchEnd();
      } catch (RuntimeException | Error e) {
        abort(e);
      }
    }
  }

  /** What became of the stretch that it has covered so far. */
  public Account account() {
    return new Account(from, cursor, delivered, merged, filtered, missed + unknown);
  }

  /** How far it has come. On its loop. */
  public Progress progress() {
    String epoch = lastEpoch;
    return new Progress(
        firstEvent == null ? null : firstEvent.toString(),
        epoch == null ? null : new Position(epoch, lastEvent).toString(),
        log.positionOf(cursor).toString(),
        delivered,
        missed);
  }

  /** Whether a walk has nothing to do for it: it waits for room, or goes on by itself. */
  boolean isWaiting() {
    return full || pumpQueued || telling || fetching;
  }

  /** Its turn in a walk over all. Returns what that cost, in bytes. Throws nothing. */
  int visit() {
    if (!isWaiting()) {
      return pump();
    }
    try {
      endIfTooSlow();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    return 0;
  }

  /**
   * Reads the log from the cursor on while the sink takes bytes. Returns what that cost, in bytes.
   * Throws nothing.
   */
  int pump() {
    try {
      return readLog();
    } catch (RuntimeException | Error e) {
      fail(e);
      return 0;
    }
  }

  /** Whatever is wrong with one stream, even if memory is short, the others go on. */
  void fail(Throwable failure) {
    if (end(CloseReason.ERROR)) {
      abort(failure);
    } else {
      report("a stream failed after its end", failure);
    }
  }

  private void abort(Throwable failure) {
    try {
      sink.abort();
    } catch (RuntimeException | Error e) {
      report("a stream's connection cannot be closed", e);
    }
    report("a stream failed", failure);
  }

  private void report(String what, Throwable failure) {
    try {
      LOG.log(Level.ERROR, PrintableText.of("channel " + channel.name() + ": " + what), failure);
    } catch (RuntimeException | Error e) {
      // With no memory to say so there is nobody to tell.
    }
  }

  private int readLog() {
    int written = 0;
    while (closed == null && !fetching) {
      Asides own = asides;
      long aside = own == null ? Long.MAX_VALUE : own.next();
      if (own != null && cursor >= aside && !sink.isFull()) {
        written += write(own);
        continue;
      }
      Farewell end = farewell;
      if (end != null && cursor >= end.at) {
        closeHere(end.reason, end.words);
        return written;
      }
      EventLog current = channel.log(); // asked for before the head of one that may be at its end
      if (log != current && log.epoch().equals(current.epoch())) {
        log = current; // it was only filled anew
        stretch = null;
      }
      boolean isAtHead = cursor >= log.head();
      if (isAtHead && aside == Long.MAX_VALUE && log == current) {
        wasLive = true;
        lagging = false;
        conflating = false;
        return written;
      }
      if (sink.isFull()) {
        stop();
        endIfTooSlow(); // there may be no further event that would bring it here again
        return written;
      }
      if (written >= PUMP_BYTES) {
        pumpLater();
        return written;
      }
      if (isAtHead && log != current) {
        goOver(current);
        continue;
      }
      EventLog here = readable();
      if (here == null) {
        return written;
      }
      long lost = cursor < here.lastLost() ? here.lostUpTo(cursor + 1) : cursor;
      if (lost > cursor) {
        skip(here.sameReasonUpTo(cursor + 1, lost), here.reasonOfLoss(cursor + 1));
        continue;
      }
      int passed = passOver(here, aside);
      if (passed > 0) {
        written += passed * LEFT_OUT_BYTES;
      } else if (here == log && Lag.isTooFar(this)) {
        Lag.settle(this);
      } else {
        written += deliver(here, aside);
      }
    }
    return written;
  }

  /** It has come to the end of a history, and there is another now: nobody knows what was lost. */
  private void goOver(EventLog next) {
    Position here = log.positionOf(cursor);
    log = next;
    stretch = null;
    cursor = channel.policy().newestOnReset() ? next.head() : channel.oldestIn(next) - 1;
    from = cursor - delivered - merged - filtered - missed - unknown;
    told = cursor;
    counters.onGap(GapReason.EPOCH, 0);
    Gap gap = new Gap(here.toString(), next.positionOf(cursor), null, GapReason.EPOCH);
    String type = channel.policy().gapType();
    write(type == null ? idBlock().getBytes(US_ASCII) : gap.encode(type));
    tell(gap);
  }

  /**
   * Where the event after the cursor can be read: in the log, or in a stretch of what is kept
   * elsewhere; {@code null} where that has to be fetched first.
   */
  private @Nullable EventLog readable() {
    if (cursor + 1 >= log.floor()) {
      stretch = null;
      return log;
    }
    Older older = older();
    if (older == null) {
      return log; // where it is told how much is missing
    }
    EventLog fetched = stretch;
    if (fetched != null && holdsNext(fetched)) {
      return fetched;
    }
    stretch = null;
    fetch(older);
    return null;
  }

  /** What is kept elsewhere, if the event after the cursor is. */
  private @Nullable Older older() {
    Older older = channel.olderThan(log);
    return older == null || cursor + 1 < older.oldest() ? null : older;
  }

  private boolean holdsNext(EventLog other) {
    return other.floor() <= cursor + 1
        && cursor < other.head()
        && other.epoch().equals(log.epoch());
  }

  /** Whether there is no event of it directly after the cursor, but maybe later ones. */
  private boolean beginsLater(EventLog other) {
    return other.floor() > cursor + 1 && other.epoch().equals(log.epoch());
  }

  private void fetch(Older older) {
    fetching = true;
    older.read(cursor + 1, found -> shard.loop().execute(() -> onFetched(found)));
  }

  private void onFetched(@Nullable EventLog found) {
    if (closed != null) {
      return;
    }
    if (found != null && beginsLater(found)) {
      // What is before it has been let go of: that is known here before it is known of all of it.
      skip(Math.min(found.floor(), log.floor()) - 1, GapReason.EVICTED);
    } else if (found == null || (!holdsNext(found) && older() != null)) {
      shard.fanout().scheduleIn(new LaterTry(), FETCH_AGAIN_MILLIS);
      return;
    }
    fetching = false;
    stretch = found;
    if (!isWaiting()) {
      pump();
    }
  }

  /** What is kept elsewhere could not be read; the stream waits until it can. */
  private final class LaterTry extends Deadline {
    @Override
    protected void due(long now) {
      fetching = false;
      if (closed == null && !isWaiting()) {
        pump();
      }
    }
  }

  /**
   * Goes past events that it does not get: they cost a look at each, and no batch.
   *
   * @return how many; {@link Gather#SCAN} at most, and then there may be more
   */
  private int passOver(EventLog here, long upTo) {
    if (conflating) {
      return 0;
    }
    int passed = (int) (gather().passOver(here, cursor, filter, upTo) - cursor);
    if (passed > 0) {
      filtered += passed;
      counters.onFiltered(passed);
      cursor += passed;
    }
    return passed;
  }

  private int write(Asides own) {
    byte[] block = own.poll();
    if (own.isEmpty()) {
      asides = null;
    }
    write(block);
    return block.length;
  }

  /** It has had its share for now. */
  private void pumpLater() {
    if (!pumpQueued) {
      pumpQueued = true;
      shard
          .loop()
          .executeAfterOthers(
              () -> {
                pumpQueued = false;
                if (!full) {
                  pump();
                }
              });
    }
  }

  /** A full one is skipped by the shard, but not beyond the limit at which it is disconnected. */
  void endIfTooSlow() {
    if (channel.policy().slow() != SlowPolicy.DISCONNECT) {
      return;
    }
    Asides own = asides;
    int passed = passOver(log, own == null ? Long.MAX_VALUE : own.next());
    if (passed < Gather.SCAN && Lag.isTooFar(this)) {
      close(CloseReason.SLOW);
    }
  }

  // What Lag needs to see and to do.

  Channel channel() {
    return channel;
  }

  long cursor() {
    return cursor;
  }

  /** Whose sequences the cursor is of. */
  EventLog log() {
    return log;
  }

  /** Whether the event after the cursor is gone, wherever it was kept. */
  boolean isPassed() {
    return cursor + 1 < log.floor() && older() == null;
  }

  EventFilter filter() {
    return filter;
  }

  Gather gather() {
    return shard.fanout().gather();
  }

  boolean isConflating() {
    return conflating;
  }

  /** It was at the head once and has been kept waiting since. */
  boolean isLagging() {
    return wasLive && lagging;
  }

  void conflateUntilHead() {
    conflating = true;
    lagging = false;
  }

  /**
   * Skips to this cursor and tells how many events are lost: all but those that are certainly of
   * addresses that it did not ask for.
   */
  void skipTo(long target) {
    lagging = false;
    skip(target, GapReason.SLOW);
  }

  private void skip(long target, GapReason reason) {
    long skipped = target - cursor;
    if (skipped <= 0) {
      return;
    }
    long unwanted =
        gather().filteredOut(log, Math.max(cursor, target - Gather.SCAN), target, filter);
    long places = log.unknownIn(cursor, target); // each of them stands for an unknown number
    places = Math.min(places, skipped - unwanted);
    long lost = skipped - unwanted - places;
    Long number = places == 0 ? Long.valueOf(lost) : null;
    Gap gap = new Gap(log.positionOf(cursor).toString(), log.positionOf(target), number, reason);
    cursor = target;
    filtered += unwanted;
    counters.onFiltered(unwanted);
    if (lost + places == 0) {
      return;
    }
    missed += lost;
    unknown += places;
    counters.onGap(reason, lost);
    String type = channel.policy().gapType();
    if (type != null) {
      write(gap.encode(type));
      told = cursor;
    }
    tell(gap);
  }

  // What Upkeep needs to see and to do.

  boolean isClosed() {
    return closed != null;
  }

  boolean isFull() {
    return full;
  }

  /** Milliseconds of the loop's clock. */
  long lastWrite() {
    return lastWrite;
  }

  /** Says that the stream is alive, and where it is unless that was said. */
  void heartbeat() {
    write(told == cursor ? EMPTY_COMMENT : idBlock().getBytes(US_ASCII));
    told = cursor;
  }

  /** Goes on if it was kept waiting and need not wait any more, even if nobody has told it. */
  void goOnIfThereIsRoom() {
    if (closed == null && full && !sink.isFull()) {
      full = false;
      pump();
    }
  }

  /** Drops a connection whose peer takes nothing. */
  void stalled() {
    if (end(CloseReason.STALLED)) {
      sink.abort();
    }
  }

  private int deliver(EventLog here, long upTo) {
    NewestByKey newest = conflating ? channel.newestIn(here) : null;
    Batch batch =
        newest == null
            ? shard.fanout().next(here, cursor, filter, remaining, upTo)
            : gather().conflated(here, newest, cursor, filter, remaining, upTo);
    if (batch == null) {
      return 0;
    }
    long lookedAt = filter.acceptsAll() ? 0 : batch.to() - cursor - batch.events();
    int events = batch.events();
    int length;
    try {
      if (batch.filtered() > 0) {
        filtered += batch.filtered();
        counters.onFiltered(batch.filtered());
      }
      if (batch.merged() > 0) {
        batch = withReport(batch, batch.merged());
      }
      cursor = batch.to();
      length = batch.length();
      if (length > 0) {
        told = batch.last();
        if (delivered == 0) {
          firstEvent = log.positionOf(batch.first());
        }
        lastEvent = told;
        lastEpoch = log.epoch();
        delivered += events;
        sink.write(batch);
        touch();
        count(here, batch.first(), events, length);
      }
    } finally {
      batch.release();
    }
    remaining -= events;
    if (remaining <= 0) {
      close(CloseReason.MAX_EVENTS);
    }
    return length + (int) lookedAt * LEFT_OUT_BYTES;
  }

  private void count(EventLog here, long first, int events, int length) {
    counters.onDelivered(events);
    counters.onWritten(length);
    if (shard.isVisiting()) {
      shard.onWrite();
    } else if (wasLive) {
      counters.onLateWrite(ageOf(here, first));
    }
  }

  /** How far it is behind now, for those who look at all of them. On its loop. */
  public void countLag() {
    if (closed == null && open) {
      long behind = Math.max(0, log.head() - cursor);
      counters.onLag(behind, behind == 0 ? 0 : ageOf(Math.max(cursor + 1, log.floor())));
    }
  }

  /** How far it is behind. On its loop. */
  public Behind behind() {
    long events = log.head() - cursor;
    if (events <= 0) {
      return Behind.NOT_AT_ALL;
    }
    long first = Math.max(cursor + 1, log.floor());
    return new Behind(
        events, Math.max(0, log.bytesUpTo(log.head()) - log.bytesBefore(first)), ageOf(first));
  }

  /** Bytes that were written to it, and that its socket has not taken yet. On its loop. */
  public long waitingBytes() {
    return sink.pendingBytes();
  }

  /** How many milliseconds ago something was written to it. On its loop. */
  public long sinceLastWrite() {
    return Math.max(0, shard.loop().millis() - lastWrite);
  }

  /** Milliseconds; 0 for one that is not there any more. */
  private long ageOf(long sequence) {
    return ageOf(log, sequence);
  }

  private long ageOf(EventLog here, long sequence) {
    long time = here.timeOf(sequence);
    return time == Long.MIN_VALUE ? 0 : Math.max(0, channel.clock().getAsLong() - time);
  }

  /**
   * The report goes first, in the same write: where that is cut in between, it is told twice, and
   * is never left out.
   */
  private Batch withReport(Batch batch, long count) {
    merged += count;
    counters.onMerged(count);
    String type = channel.policy().gapType();
    return type == null
        ? batch
        : batch.after(
            Gap.encodeMerged(type, log.positionOf(cursor), log.positionOf(batch.to()), count));
  }

  /** Keeps still until the sink has room. */
  private void stop() {
    full = true;
    lagging = true;
    stretch = null; // however many wait, they hold nothing
    upkeep.watchSocket();
  }

  private void write(byte[] block) {
    if (block.length > 0) {
      sink.write(block);
      counters.onWritten(block.length);
      touch();
    }
  }

  private void touch() {
    lastWrite = shard.loop().millis();
  }

  private String idBlock() {
    return "id: " + log.positionOf(cursor) + "\n\n";
  }

  private boolean end(CloseReason reason) {
    if (closed != null) {
      return false;
    }
    closed = reason;
    upkeep.cancel();
    shard.fanout().onEnd();
    shard.remove(this);
    counters.onClosed(reason);
    try {
      listener.onClosed(reason);
    } catch (RuntimeException | Error e) {
      report("what is called at the end of a stream failed", e);
    }
    return true;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** How many sequences it has. */
  private static long stretchOf(Gap gap) {
    Position from = Position.parse(gap.from());
    return from == null ? 0 : gap.to().sequence() - from.sequence();
  }

  private static long missedIn(Gap gap) {
    Long missed = gap.missed();
    return missed == null ? 0 : missed;
  }
}
