package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.eventstream.FrameBuffer;
import dev.ssebridge.internal.fanout.Channel;
import dev.ssebridge.internal.fanout.EntryWay;
import dev.ssebridge.internal.fanout.LoopCounters;
import dev.ssebridge.internal.fanout.Older;
import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.Evictions;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.Position;
import dev.ssebridge.internal.log.Retention;
import dev.ssebridge.internal.log.SlackBudget;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.HistoryLease;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreHealth;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is behind the log of a channel: a store fills the log, and is asked for what the heap does
 * not hold. Everything but what says otherwise happens on the channel's writer.
 */
final class StoredHistory implements HistoryStore.Follower, Older, Stretches.Source {
  /** How many events are put into a log in one go. */
  private static final int SLICE = 512;

  /** How many may come while the log is being filled; where more come, it is filled anew. */
  private static final int MOST_EARLY = 16_384;

  private static final long MOST_EARLY_BYTES = 8 << 20;

  /** How long somebody who wants to begin waits for the store. */
  private static final long ANSWER_MILLIS = 3000;

  /** How long a stretch may take to be read. */
  private static final long READ_MILLIS = 10_000;

  private static final System.Logger LOG = System.getLogger(StoredHistory.class.getName());

  /** Those who read a stretch read all of it. */
  private static final Retention ALL =
      new Retention(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

  // set at construction
  private final String name;
  private final Channel channel;
  private final Loops.OnLoop writer;
  private final Host host;
  private final LogShape shape;
  private final RetainedBytes budget;
  private final LoopCounters counters;
  private final Hub hub;
  private final Unstored unstored;
  private final Backoff backoff = new Backoff();
  private final Promise<Void> tried = Promise.promise();

  // written by the writer, read by any thread
  private volatile HistoryStore.@Nullable Channel kept;
  private volatile boolean open;
  private volatile Promise<Void> filled = Promise.promise();
  private volatile StoredSpec spec;
  private volatile long lastOldest = Long.MAX_VALUE;

  // only the writer
  private String epoch;
  private boolean closed;
  private boolean filling;
  private int fills;
  private final Queue<Early> early = new ArrayDeque<>();
  private long earlyBytes;
  private boolean tooMuchEarly;

  /** What the channel does beside. */
  interface Host {
    /** How much of it the log in the heap keeps. */
    Retention retention();

    /** There is to be room for this number of bytes more. */
    void makeRoom(int bytes);

    /** The log has more. */
    void onAppended();

    /** The log has less. */
    void onEvicted();

    /** There is another log, of this number of bytes. */
    void onFilled(long bytes);
  }

  /** What came while the log was being filled. */
  private record Early(long first, List<StoredEvent> events) {}

  /**
   * @param name of the channel in the store
   */
  StoredHistory(
      StoredSpec spec,
      String name,
      Channel channel,
      Loops.OnLoop writer,
      Host host,
      LogShape shape,
      RetainedBytes budget,
      LoopCounters counters,
      Hub hub) {
    this.spec = spec;
    this.name = name;
    this.channel = channel;
    this.writer = writer;
    this.host = host;
    this.shape = shape;
    this.budget = budget;
    this.counters = counters;
    this.hub = hub;
    this.epoch = channel.log().epoch();
    this.unstored = new Unstored(this, writer, counters, hub);
  }

  /** Begins to open the channel; again until it is open. Any thread. */
  void open() {
    spec.started().onComplete(v -> writer.context().runOnContext(w -> openNow()));
  }

  private void openNow() {
    if (closed) {
      return;
    }
    StoreQuestion.askFor(() -> spec.store().open(name, spec.retention(), this))
        .onComplete(
            opened ->
                onWriter(
                    () -> {
                      if (opened.succeeded()) {
                        onOpened(opened.result());
                      } else {
                        openAgain(opened.cause());
                      }
                    }));
  }

  /** An application's store may answer on any thread. */
  private void onWriter(Runnable task) {
    if (writer.loop().isCurrent()) {
      task.run();
    } else {
      writer.context().runOnContext(v -> task.run());
    }
  }

  private void openAgain(Throwable cause) {
    warn("cannot be opened, it is tried again", cause);
    tried.tryComplete();
    backoff.later(writer, () -> writer.context().runOnContext(v -> openNow()));
  }

  private void onOpened(HistoryStore.Channel opened) {
    if (closed) {
      StoreQuestion.ask(opened::close).onFailure(e -> warn("was not closed well", e));
      return;
    }
    backoff.reset();
    kept = opened;
    opened.retain(spec.retention()); // it may be another since it was asked for
    if (unstored.tenure() != null) {
      HistoryLease lease = opened.lease();
      if (lease == null) {
        LOG.log(Level.ERROR, PrintableText.of(title() + ": the store cannot lease"));
      } else {
        unstored.beginTurns(lease);
      }
    }
    fill();
  }

  /** What it is called in messages. */
  String title() {
    return "history store " + spec.name() + ": channel " + name;
  }

  /** Has the log hold the newest of what is stored, and goes on with it. */
  private void fill() {
    HistoryStore.Channel from = kept;
    if (from == null || closed) {
      return;
    }
    if (!filling && filled.future().isComplete()) {
      filled = Promise.promise();
    }
    filling = true;
    int fill = ++fills;
    Retention heap = host.retention();
    String expected = from.epoch();
    Future<StoredStretch> read =
        StoreQuestion.askFor(() -> from.readNewest(heap.events(), heap.bytes()));
    read.onComplete(done -> onWriter(() -> onNewest(from, heap, expected, fill, done)));
  }

  private void onNewest(
      HistoryStore.Channel from,
      Retention heap,
      String expected,
      int fill,
      AsyncResult<StoredStretch> done) {
    if (fill != fills || closed) {
      return;
    }
    if (done.failed() || !expected.equals(from.epoch())) {
      if (done.failed()) {
        warn("cannot be read, it is tried again", done.cause());
      }
      tried.tryComplete();
      backoff.later(writer, () -> writer.context().runOnContext(v -> fillIfItMust()));
      return;
    }
    StoredStretch stretch = done.result();
    unstored.onRead(expected, stretch, stretch.first() <= from.oldest());
    EventLog log =
        new EventLog(expected, stretch.first() - 1, heap, shape, budget.slack(), counters);
    fill(log, stretch.events(), 0, fill);
  }

  /** Something else may have had it filled meanwhile. */
  private void fillIfItMust() {
    if (filling) {
      fill();
    }
  }

  private void fill(EventLog log, List<StoredEvent> events, int from, int fill) {
    if (fill != fills || closed) {
      log.clear();
      return;
    }
    int to = Math.min(events.size(), from + SLICE);
    for (StoredEvent event : events.subList(from, to)) {
      append(log, event, writer.frame());
    }
    if (to < events.size()) {
      writer.loop().executeAfterOthers(() -> fill(log, events, to, fill));
    } else {
      onFilled(log);
    }
  }

  private void onFilled(EventLog log) {
    filling = false;
    backoff.reset();
    hub.changeEpoch(epoch, log.epoch());
    epoch = log.epoch();
    channel.restart(log, this);
    host.onFilled(log.bytes());
    if (tooMuchEarly) {
      early.clear();
      earlyBytes = 0;
      tooMuchEarly = false;
      fill();
      return;
    }
    Early next;
    while ((next = early.poll()) != null) {
      earlyBytes -= bytesOf(next.events);
      take(next.first, next.events);
    }
    open = true;
    filled.complete();
    tried.tryComplete();
    unstored.onReady();
  }

  private static void append(EventLog log, StoredEvent event, FrameBuffer frame) {
    GapReason reason = event.reason();
    if (reason != null) {
      log.lose(event.time(), event.lost(), reason);
      return;
    }
    write(frame, log.epoch(), log.head() + 1, event);
    log.append(
        event.time(), event.source(), event.key(), event.label(), frame.array(), 0, frame.length());
  }

  /** What is stored has no id: it is the place where it is found. */
  private static void write(FrameBuffer frame, String epoch, long sequence, StoredEvent event) {
    frame.clear().id(epoch, sequence).lines(event.frame());
  }

  @Override
  public void appended(long first, List<StoredEvent> events) {
    unstored.onTold(kept == null ? epoch : kept.epoch(), first, events);
    if (!filling) {
      take(first, events);
      return;
    }
    long bytes = bytesOf(events);
    if (early.size() >= MOST_EARLY || earlyBytes + bytes > MOST_EARLY_BYTES) {
      early.clear();
      earlyBytes = 0;
      tooMuchEarly = true;
    }
    early.add(new Early(first, List.copyOf(events)));
    earlyBytes += bytes;
  }

  private static long bytesOf(List<StoredEvent> events) {
    return events.stream().mapToLong(event -> event.frame().length).sum();
  }

  private void take(long first, List<StoredEvent> events) {
    if (closed) {
      return;
    }
    EventLog log = channel.log();
    long sequence = first;
    for (StoredEvent event : events) {
      long last = sequence + event.span() - 1;
      if (last > log.head()) {
        if (sequence > log.head() + 1) {
          lose(
              sequence - 1 - log.head(), GapReason.STORE, event.time()); // the store has skipped it
        }
        put(log, event, last - log.head());
      }
      sequence = last + 1;
    }
    channel.touch();
    host.onAppended();
  }

  private void put(EventLog log, StoredEvent event, long span) {
    GapReason reason = event.reason();
    if (reason != null) {
      lose(span, reason, event.time());
      return;
    }
    FrameBuffer frame = writer.frame();
    write(frame, log.epoch(), log.head() + 1, event);
    host.makeRoom(frame.length());
    channel.append(
        event.time(), event.source(), event.key(), event.label(), frame.array(), 0, frame.length());
  }

  private void lose(long count, GapReason reason, long time) {
    channel.lose(time, count, reason);
    host.onEvicted();
  }

  @Override
  public void evicted(long upTo) {
    unstored.onUnseen();
    if (filling) {
      fill(); // from what there is now
      return;
    }
    long missing = upTo - channel.log().head();
    if (missing > 0 && !closed) {
      lose(missing, GapReason.EVICTED, hub.clock().getAsLong());
    }
  }

  @Override
  public void restarted(String other, long head) {
    LOG.log(
        Level.WARNING,
        PrintableText.of(
            "history store "
                + spec.name()
                + ": channel "
                + name
                + " was lost, in whole or in part, and begins anew"));
    early.clear();
    earlyBytes = 0;
    tooMuchEarly = false;
    fill();
  }

  /** As {@link Unstored#add}. */
  void add(StoredEvent event, EntryWay way, String address, @Nullable String mark) {
    unstored.add(event, way, address, mark);
  }

  /** {@code count} events that should come now were lost on the way, for this reason. */
  void lost(long count, GapReason reason) {
    StoredEvent run = StoredEvent.lost(hub.clock().getAsLong(), count, reason);
    unstored.add(run, EntryWay.BUS, "", null);
  }

  /** Runs a task once it is known what became of all that was added before. */
  void whenSettled(Runnable task) {
    unstored.whenSettled(task);
  }

  /** What waits to be stored. Any thread. */
  Unstored unstored() {
    return unstored;
  }

  /** Completed once it was tried to open it, whatever came of that. Any thread. */
  Future<Void> tried() {
    return tried.future();
  }

  /** Whether the log is what the store has. Any thread. */
  boolean isOpen() {
    return open;
  }

  /** Why nothing can be stored now, as far as it is known; else null. Any thread. */
  @Nullable String problem() {
    String problem = health().problem();
    return problem == null && !open && tried.future().isComplete()
        ? "the history is not open yet"
        : problem;
  }

  /** Whether one node at a time records for all. Any thread. */
  boolean isLeased() {
    return spec.leases() != null;
  }

  /** How the store is. Any thread. */
  StoreHealth health() {
    return spec.store().health();
  }

  StoredSpec spec() {
    return spec;
  }

  /** Only where it is open. */
  HistoryStore.@Nullable Channel kept() {
    return kept;
  }

  /** Whether there is nothing to come back for. */
  boolean isEmpty() {
    HistoryStore.Channel from = kept;
    return !unstored.holds() && (from == null || from.oldest() > from.head());
  }

  /**
   * Finds where a stream begins. A client that comes from another node may have an id that this
   * node has not heard of yet. Any thread.
   *
   * @return {@code null} where the log knows it; fails, with a reason for the client, where it
   *     cannot be found now
   */
  @Nullable Future<Start.From> find(Start.From from) {
    HistoryStore.Channel known = kept;
    String problem = health().problem();
    if (known == null || !open) {
      return refused(problem == null ? "its history is not open yet" : problem);
    }
    if (from instanceof Start.Now) {
      return null;
    }
    if (problem != null && spec.isShared() && (!spec.servesHeap() || knowsMore(from))) {
      return refused(problem);
    }
    Promise<Void> now = filled;
    if (!now.future().isComplete()) {
      return asked(now.future().compose(v -> again(from)));
    }
    EventLog log = channel.log();
    if (from instanceof Start.After after) {
      Position position = Position.parse(after.id());
      if (position == null) {
        return null;
      }
      boolean isOfLog = position.epoch().equals(log.epoch());
      return (isOfLog && position.sequence() <= log.head()) || problem != null
          ? null
          : asked(StoreQuestion.ask(known::refresh).compose(v -> filled.future()).map(from));
    }
    if (!isHeapOnly()
        && from instanceof Start.Since since
        && known.oldest() < log.oldest()
        && log.firstSince(since.time()) == log.oldest()) {
      String asked = log.epoch();
      return asked(
          StoreQuestion.askFor(() -> known.firstSince(since.time()))
              .map(first -> new Start.At(asked, first - 1)));
    }
    return null;
  }

  /** Whether somebody had events of others that have not come here; he would get them again. */
  private boolean knowsMore(Start.From from) {
    Position position = from instanceof Start.After after ? Position.parse(after.id()) : null;
    EventLog log = channel.log();
    return position != null
        && position.epoch().equals(log.epoch())
        && position.sequence() > log.head();
  }

  /** Whether the store is down, and what the heap holds is served meanwhile. Any thread. */
  boolean isHeapOnly() {
    return spec.isShared() && spec.servesHeap() && health().problem() != null;
  }

  private Future<Start.From> again(Start.From from) {
    Future<Start.From> found = find(from);
    return found == null ? Future.succeededFuture(from) : found;
  }

  private static Future<Start.From> asked(Future<? extends Start.From> answer) {
    return answer
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .<Start.From>map(from -> from)
        .recover(e -> refused("the store of its history does not answer"));
  }

  private static Future<Start.From> refused(String reason) {
    return Future.failedFuture(new NotNowException(reason));
  }

  /** From now on the channel keeps as much as this says. */
  void retain(StoredSpec other) {
    spec = other;
    HistoryStore.Channel from = kept;
    if (from != null) {
      from.retain(other.retention());
    }
  }

  /**
   * Lets go of the store, for another that goes on with the history: what waits still is given up.
   * Who reads from the log goes on; who needs the store for that waits until his stream is ended,
   * and resumes elsewhere.
   *
   * @return completed once it can be opened again, with how many events were given up
   */
  Future<Long> retire() {
    lastOldest = oldest();
    return close().compose(v -> unstored.ended());
  }

  /** Takes nothing more; what waits is given up. */
  Future<Void> close() {
    if (closed) {
      lastOldest = Long.MAX_VALUE;
      return Future.succeededFuture();
    }
    closed = true;
    open = false;
    backoff.cancel(writer);
    unstored.close();
    HistoryStore.Channel from = kept;
    kept = null;
    hub.closeEpoch(epoch);
    if (from == null) {
      unstored.endTurns();
      return Future.succeededFuture();
    }
    return StoreQuestion.ask(from::close)
        .onFailure(e -> warn("was not closed well", e))
        .onComplete(done -> writer.loop().run(unstored::endTurns))
        .transform(done -> Future.succeededFuture());
  }

  void warn(String what, Throwable cause) {
    hub.warnings()
        .failed(
            "history store " + spec.name() + ": channel " + name + " " + what,
            cause instanceof RuntimeException e ? e : new IllegalStateException(cause));
  }

  // What subscribers read that are behind the log. Any thread.

  @Override
  public long oldest() {
    HistoryStore.Channel from = kept;
    return from == null ? lastOldest : from.oldest();
  }

  @Override
  public void read(long from, Consumer<@Nullable EventLog> then) {
    hub.stretches()
        .read(this, channel.log().epoch(), from, oldest(), hub.clock().getAsLong(), then);
  }

  @Override
  public Future<EventLog> fetch(long from) {
    HistoryStore.Channel channelKept = kept;
    if (channelKept == null) {
      return Future.failedFuture("the channel is closed");
    }
    String asked = channel.log().epoch();
    return StoreQuestion.askFor(() -> channelKept.read(asked, from, Stretches.BYTES))
        .timeout(READ_MILLIS, TimeUnit.MILLISECONDS)
        .map(stretch -> stretchOf(asked, stretch))
        .onFailure(e -> warn("cannot be read, streams wait", e));
  }

  private EventLog stretchOf(String ofEpoch, StoredStretch stretch) {
    EventLog log =
        new EventLog(
            ofEpoch,
            stretch.first() - 1,
            ALL,
            shape,
            new SlackBudget(EventLog.SLACK_BYTES),
            Evictions.UNCOUNTED);
    FrameBuffer frame = new FrameBuffer(1024);
    stretch.events().forEach(event -> append(log, event, frame));
    return log;
  }
}
