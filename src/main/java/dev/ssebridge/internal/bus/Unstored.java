package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.fanout.DropCause;
import dev.ssebridge.internal.fanout.EntryWay;
import dev.ssebridge.internal.fanout.LoopCounters;
import dev.ssebridge.internal.log.Position;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.HistoryLease;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The events of one channel on their way to the store: one append is under way at a time, and what
 * comes meanwhile waits for the next. Where more waits than is permitted, the oldest events are
 * given up, and how many they were is stored in their place. Where one node at a time records for
 * all, and this one does not, they wait until it is told that the other has stored them. On the
 * channel's writer, except for what says otherwise.
 */
final class Unstored implements AddressConsumers.Busy, Tenure.Host {
  /** An event's share of what may wait, beside its frame, in bytes. */
  private static final long OVERHEAD = 160;

  /** The most bytes of frames in one append, unless a single event has more. */
  private static final long MOST_BYTES = 1 << 20;

  private static final System.Logger LOG = System.getLogger(Unstored.class.getName());

  private final StoredHistory history;
  private final Loops.OnLoop writer;
  private final LoopCounters counters;
  private final Hub hub;
  private final UnstoredLimits limits;
  private final Backoff backoff = new Backoff();

  /** Where one node at a time records for all; else null. */
  private final @Nullable LeaseCounts leases;

  private final @Nullable Tenure tenure;

  private final StandBy standBy = new StandBy();

  // only the writer
  private final ArrayDeque<Item> waiting = new ArrayDeque<>();
  private List<Item> underWay = List.of();
  private final ArrayDeque<Settling> settling = new ArrayDeque<>();
  private long added;
  private long given;
  private boolean givenUnknown;
  private @Nullable Runnable onDecided;
  private long told;
  private boolean scheduled;
  private boolean closed;

  // any thread
  private final Promise<Long> ended = Promise.promise();

  // written by the writer, read by any thread
  private volatile long held;
  private volatile long heldBytes;

  // guarded by this
  private List<Runnable> waiters = List.of();

  /**
   * What is to be stored.
   *
   * @param way how it came
   * @param address that it came from
   * @param mark of a publisher who waits for it
   * @param number in the order in which they came; 0 for what was given up
   * @param at when it came, in milliseconds of the loop; only where nodes take turns
   */
  record Item(
      StoredEvent event,
      EntryWay way,
      String address,
      @Nullable String mark,
      long number,
      long at) {

    long size() {
      return OVERHEAD + event.frame().length;
    }
  }

  /** A task that waits until all up to this number are settled. */
  private record Settling(long at, Runnable task) {}

  Unstored(StoredHistory history, Loops.OnLoop writer, LoopCounters counters, Hub hub) {
    this.history = history;
    this.writer = writer;
    this.counters = counters;
    this.hub = hub;
    this.limits = history.spec().waiting();
    this.leases = history.spec().leases();
    this.tenure = leases == null ? null : new Tenure(history.title(), writer, leases, this);
  }

  /** Whether one node at a time records for all. */
  @Nullable Tenure tenure() {
    return tenure;
  }

  /**
   * Has it stored, in its turn.
   *
   * @param way how it came
   * @param address that it came from
   * @param mark of a publisher who waits for it
   */
  void add(StoredEvent event, EntryWay way, String address, @Nullable String mark) {
    long at = tenure == null ? 0 : writer.loop().millis();
    Item item = new Item(event, way, address, mark, ++added, at);
    if (closed) {
      giveUp(item);
    } else if (tenure == null || !isToldAlready(item)) {
      hold(1, item.size());
      if (standBy.isStanding()) {
        keep(item);
      } else {
        waiting.add(item);
      }
      dropTooMuch();
      flushSoon();
    }
  }

  private boolean isToldAlready(Item item) {
    String id = item.event().messageId();
    Position place = standBy.placeOf(id);
    if (id == null || place == null) {
      return false;
    }
    if (!standBy.isFirst(id)) {
      counters.onDropped(DropCause.DUPLICATE, 1);
    }
    onReached(item, place);
    return true;
  }

  private void onReached(Item item, Position place) {
    String mark = item.mark();
    if (mark != null) {
      hub.receipts().reached(this, item.address(), mark, place);
    }
  }

  /** Another node is to store it. */
  private void keep(Item item) {
    if (!standBy.keep(item, item.at())) {
      forget(List.of(item));
    }
  }

  /** Another node has stored these, or nobody can tell. */
  private void forget(List<Item> items) {
    for (Item item : items) {
      hold(-1, -item.size());
      tellFailed(item);
    }
  }

  private void dropTooMuch() {
    while (limits.isTooMuch(held, heldBytes) && waiting.size() > 1) {
      dropOldest();
    }
    while (limits.isTooMuch(held, heldBytes) && standBy.size() > 1) {
      countForgotten(1);
      forget(standBy.forgetOldest(writer.loop().millis()));
    }
  }

  private void countForgotten(long events) {
    if (leases != null) {
      leases.forgotten(events);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // nobody else writes
  private void hold(long events, long bytes) {
    boolean held0 = held > 0;
    held += events;
    heldBytes += bytes;
    boolean holds = held > 0;
    limits.count(holds == held0 ? 0 : holds ? 1 : -1, events, bytes);
  }

  /** The oldest makes room; what was lost is stored in its place. */
  private void dropOldest() {
    Item oldest = waiting.remove();
    hold(-1, -oldest.size());
    StoredEvent event = oldest.event();
    if (event.reason() == GapReason.UNKNOWN) {
      givenUnknown = true;
    } else {
      given += event.span();
    }
    if (event.lost() == 0) {
      counters.onDropped(DropCause.STORE, 1);
      hub.warnings()
          .dropped(
              "history store "
                  + history.spec().name()
                  + ": events given up, it did not take them and more waited than limits.waiting"
                  + " permits");
      tellFailed(oldest);
    }
    tellSettled();
  }

  private void flushSoon() {
    if (!scheduled && underWay.isEmpty()) {
      scheduled = true;
      writer.loop().execute(this::flush);
    }
  }

  /** The channel is open. */
  void onReady() {
    flushSoon();
  }

  /** The channel is open: the nodes can agree who records. */
  void beginTurns(HistoryLease lease) {
    if (tenure != null) {
      standBy.leaseOf(lease.millis());
      tenure.begin(lease);
    }
  }

  @Override
  public Future<Void> refresh() {
    HistoryStore.Channel to = history.kept();
    return to == null
        ? Future.failedFuture("the channel is closed")
        : StoreQuestion.ask(to::refresh);
  }

  @Override
  public void onStanding() {
    whenDecided(this::standBy);
  }

  /** What waits may have been stored by another node. */
  private void standBy() {
    standBy.standing(true);
    long now = writer.loop().millis();
    if (given > 0) {
      standBy.onForgotten(given, now);
      given = 0;
    }
    if (givenUnknown) {
      standBy.onNameless(now);
      givenUnknown = false;
    }
    Item first;
    while ((first = waiting.poll()) != null) {
      if (isToldAlready(first)) {
        hold(-1, -first.size());
      } else {
        keep(first);
      }
    }
    tellSettled();
    tellQuiet();
  }

  @Override
  public void onOtherSeen() {
    List<Item> old = standBy.onOtherSeen(writer.loop().millis());
    if (!old.isEmpty()) {
      countForgotten(old.size());
      forget(old);
      tellSettled();
      tellQuiet();
    }
  }

  @Override
  public int onTaken(boolean alone, boolean late) {
    boolean others = standBy.isStanding() || !alone;
    int before = standBy.size() + waiting.size();
    whenDecided(
        () -> {
          if (others) {
            takeOver();
          }
          if (late) {
            givenUnknown = true;
            tellDoubt("what came before this node did");
          }
          flushSoon();
        });
    return before;
  }

  private void takeOver() {
    if (!standBy.isStanding()) {
      standBy();
    }
    StandBy.Legacy legacy = standBy.takeOver();
    waiting.addAll(legacy.items());
    forget(legacy.doubtful());
    given += legacy.lost();
    givenUnknown |= legacy.unknown();
    if (legacy.unknown()) {
      tellDoubt("what came without an id, or could not be kept,");
    }
  }

  private void tellDoubt(String what) {
    LOG.log(
        Level.WARNING,
        PrintableText.of(
            history.title()
                + ": "
                + what
                + " while another node recorded it may be missing; subscribers are told so"));
  }

  @Override
  public void onGoesOn() {
    flushSoon();
  }

  /** Runs it when no append is under way: at once, or when that is decided. */
  private void whenDecided(Runnable task) {
    if (underWay.isEmpty()) {
      onDecided = null;
      task.run();
    } else {
      onDecided = task;
    }
  }

  private void tellDecided() {
    Runnable task = onDecided;
    if (task != null) {
      onDecided = null;
      task.run();
    }
  }

  /** Whether this node may store anything now. */
  private boolean mayStore() {
    return tenure == null || (tenure.isHolding() && !standBy.isStanding());
  }

  /** Some of what others have stored was let go of before it was told. */
  void onUnseen() {
    standBy.onUnseen(writer.loop().millis());
  }

  /**
   * What the channel had when it was opened, or begun anew.
   *
   * @param isAll whether that is all there was
   */
  void onRead(String epoch, StoredStretch stretch, boolean isAll) {
    if (tenure == null) {
      return;
    }
    long since = hub.clock().getAsLong() - 2 * standBy.window(); // clocks differ
    onFound(epoch, stretch.first(), stretch.events(), since);
    if (!isAll && (stretch.events().isEmpty() || stretch.events().get(0).time() > since)) {
      onUnseen();
    }
  }

  /** Another node may record, once nothing is under way. */
  void endTurns() {
    if (tenure != null) {
      tenure.close();
    }
  }

  private void flush() {
    scheduled = false;
    HistoryStore.Channel to = history.kept();
    boolean isNothing = waiting.isEmpty() && given == 0 && !givenUnknown;
    if (closed
        || isNothing
        || to == null
        || !history.isOpen()
        || !underWay.isEmpty()
        || !mayStore()) {
      return;
    }
    List<Item> next = next();
    List<StoredEvent> events = new ArrayList<>(next.size() + 2);
    if (givenUnknown) {
      next.add(0, inPlaceOf(1, GapReason.UNKNOWN));
    }
    if (given > 0) {
      next.add(0, inPlaceOf(given, GapReason.STORE));
    }
    givenUnknown = false;
    given = 0;
    next.forEach(item -> events.add(item.event()));
    underWay = next;
    told = 0;
    StoreQuestion.ask(() -> to.append(events))
        .onComplete(
            done ->
                writer
                    .loop()
                    .run(
                        () -> {
                          if (done.succeeded()) {
                            onStored(next, done.result());
                          } else {
                            onRefused(next, done.cause());
                          }
                        }));
  }

  private Item inPlaceOf(long lost, GapReason reason) {
    StoredEvent run = StoredEvent.lost(hub.clock().getAsLong(), lost, reason);
    return new Item(run, EntryWay.BUS, "", null, 0, 0);
  }

  private List<Item> next() {
    List<Item> next = new ArrayList<>();
    long bytes = 0;
    Item first;
    while ((first = waiting.peek()) != null && next.size() < HistoryStore.MOST_EVENTS - 2) {
      bytes += first.event().frame().length;
      if (!next.isEmpty() && bytes > MOST_BYTES) {
        break;
      }
      next.add(waiting.remove());
    }
    return next;
  }

  private void onStored(List<Item> items, StoreReceipt receipt) {
    underWay = List.of();
    backoff.reset();
    long own = 0;
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      StoreReceipt.Place place = receipt.places().get(i);
      if (item.event().lost() == 0) {
        hold(-1, -item.size());
        if (place.duplicate()) {
          counters.onDropped(DropCause.DUPLICATE, 1);
        } else {
          counters.onAppended(item.way());
          own++;
        }
        onReached(item, new Position(receipt.epoch(), place.sequence()));
      } else if (item.number() > 0) {
        hold(-1, -item.size());
      }
    }
    counters.onAppended(EntryWay.STORE, told - own);
    told = 0;
    tellDecided();
    tellSettled();
    tellQuiet();
    if (closed) {
      giveUpAll();
    } else if (!waiting.isEmpty() || given > 0 || givenUnknown) {
      flushSoon();
    }
  }

  /** None of them is stored: they wait again. */
  private void onRefused(List<Item> items, Throwable cause) {
    underWay = List.of();
    counters.onAppended(EntryWay.STORE, told);
    told = 0;
    for (int i = items.size() - 1; i >= 0; i--) {
      Item item = items.get(i);
      if (item.number() > 0) {
        waiting.addFirst(item);
      } else if (item.event().reason() == GapReason.UNKNOWN) {
        givenUnknown = true;
      } else {
        given += item.event().lost();
      }
    }
    if (closed) {
      giveUpAll();
      return;
    }
    tellDecided();
    if (!mayStore()) {
      return; // another node does, or it is found out who
    }
    history.warn("does not take events, it is tried again", cause);
    if (tenure != null) {
      tenure.ask();
    }
    dropTooMuch();
    backoff.later(writer, this::flushSoon);
  }

  /**
   * These have come into the channel, from this node or another one.
   *
   * @param first the sequence of the first of them
   */
  void onTold(String epoch, long first, List<StoredEvent> events) {
    if (tenure != null) {
      onFound(epoch, first, events, Long.MIN_VALUE);
    }
    long count = events.stream().filter(event -> event.lost() == 0).count();
    if (underWay.isEmpty()) {
      counters.onAppended(EntryWay.STORE, count);
    } else {
      told += count;
    }
  }

  /** These are in the channel: what was kept of them need not be. */
  private void onFound(String epoch, long first, List<StoredEvent> events, long since) {
    List<StandBy.Placed> placed =
        standBy.told(epoch, first, events, ownIds(), since, writer.loop().millis());
    if (!placed.isEmpty()) {
      for (StandBy.Placed each : placed) {
        hold(-1, -each.item().size());
        onReached(each.item(), each.place());
      }
      tellSettled();
      tellQuiet();
    }
  }

  /** Of what this node puts there now. */
  private Set<String> ownIds() {
    if (underWay.isEmpty() || !mayStore()) {
      return Set.of();
    }
    Set<String> own = new HashSet<>();
    for (Item item : underWay) {
      String id = item.event().messageId();
      if (id != null) {
        own.add(id);
      }
    }
    return own;
  }

  /** Runs a task once all that was added before is stored or given up. */
  void whenSettled(Runnable task) {
    if (added < oldestUnsettled()) {
      task.run();
    } else {
      settling.add(new Settling(added, task));
    }
  }

  private void tellSettled() {
    long oldest = oldestUnsettled();
    Settling first;
    while ((first = settling.peek()) != null && first.at < oldest) {
      settling.remove().task.run();
    }
  }

  /** Those before it are stored or given up. */
  private long oldestUnsettled() {
    for (Item item : underWay) {
      if (item.number() > 0) {
        return item.number();
      }
    }
    Item first = waiting.peek();
    return Math.min(first == null ? Long.MAX_VALUE : first.number(), standBy.oldest());
  }

  /** Whether anything waits. Any thread. */
  boolean holds() {
    return held > 0;
  }

  /** Whether so much is queued that a publisher that can wait has to. Any thread. */
  boolean isBusy() {
    return limits.isBusy(held, heldBytes);
  }

  /** Runs a task when it is no longer busy; at once where it is not. Any thread. */
  @Override
  public void whenQuiet(Runnable task) {
    synchronized (this) {
      if (isBusy()) {
        if (waiters.isEmpty()) {
          waiters = new ArrayList<>();
        }
        waiters.add(task);
        return;
      }
    }
    task.run();
  }

  private void tellQuiet() {
    List<Runnable> quiet;
    synchronized (this) {
      if (waiters.isEmpty() || (isBusy() && !closed)) {
        return;
      }
      quiet = waiters;
      waiters = List.of();
    }
    quiet.forEach(Runnable::run);
  }

  /** Nothing more is stored; an append that is under way comes to its end. */
  void close() {
    closed = true;
    backoff.cancel(writer);
    if (underWay.isEmpty()) {
      giveUpAll();
    }
  }

  /**
   * Completed after it was closed, when it is known what became of everything, with how many events
   * were given up that were not stored as lost. Any thread.
   */
  Future<Long> ended() {
    return ended.future();
  }

  /**
   * {@code count} events were lost before those that wait, and maybe others as well, nobody knows
   * how many: this is stored in their place.
   */
  void lostBefore(long count) {
    given += count;
    givenUnknown = true;
    flushSoon();
  }

  private void giveUpAll() {
    onDecided = null;
    forget(standBy.clear()); // the recording node has them, or keeps them as well
    long lost = given;
    for (Item item : waiting) {
      lost += item.event().reason() == GapReason.UNKNOWN ? 0 : item.event().span();
    }
    if (!waiting.isEmpty()) {
      hub.warnings()
          .dropped(
              "history store "
                  + history.spec().name()
                  + ": events given up, it had not taken them when their channel was closed",
              waiting.size());
    }
    waiting.forEach(this::giveUp);
    waiting.clear();
    hold(-held, -heldBytes);
    given = 0;
    ended.tryComplete(lost);
    tellSettled();
    tellQuiet();
  }

  private void giveUp(Item item) {
    if (item.event().lost() == 0) {
      counters.onDropped(DropCause.STORE, 1);
      tellFailed(item);
    }
  }

  private void tellFailed(Item item) {
    String mark = item.mark();
    if (mark != null) {
      hub.receipts().failed(mark);
    }
  }
}
