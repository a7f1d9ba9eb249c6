package dev.ssebridge.testing;

import dev.ssebridge.internal.store.Callers;
import dev.ssebridge.spi.HistoryLease;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A channel of a {@link FaultyStore}. Its faults may be asked for on any thread, and happen on the
 * context that it was opened on.
 */
public final class FaultyChannel implements HistoryStore.Channel {
  private volatile @Nullable FaultyLease lease;
  private final FaultyStore owner;
  private final HistoryStore store;
  private final String name;
  private final Context context;
  private final HistoryStore.Follower follower;
  private final Supplier<@Nullable String> problem;

  @SuppressWarnings("NullAway.Init") // when it is open
  private volatile HistoryStore.Channel inner;

  @SuppressWarnings("NullAway.Init") // when it is opened
  private volatile HistoryRetention retention;

  private volatile Runnable onClose = () -> {};
  private volatile long head;
  private volatile long evicted;

  // Under the lock of this.
  private final Queue<Runnable> heldAppends = new ArrayDeque<>();
  private boolean holdsAppends;
  private boolean holdsAnswers;
  private int failures;

  // On the context.
  private final Queue<Told> untold = new ArrayDeque<>();
  private volatile boolean holdsTelling;
  private final AtomicInteger untoldEvents = new AtomicInteger();
  private int restarts;
  private int active;

  FaultyChannel(
      FaultyStore owner,
      HistoryStore store,
      String name,
      Context context,
      HistoryStore.Follower follower,
      Supplier<@Nullable String> problem) {
    this.owner = owner;
    this.store = store;
    this.name = name;
    this.context = context;
    this.follower = follower;
    this.problem = problem;
  }

  Future<Void> openInner(HistoryRetention wanted) {
    retention = wanted;
    return store
        .open(name, wanted, new Inner(0))
        .map(
            open -> {
              inner = open;
              head = open.head();
              return null;
            });
  }

  void onClose(Runnable task) {
    onClose = task;
  }

  // Faults

  /** Appends wait before they come to the store, until {@link #releaseAppends}. */
  public synchronized void holdAppends() {
    holdsAppends = true;
  }

  /** Appends come into the store, but are not answered until {@link #releaseAppends}. */
  public synchronized void holdAnswers() {
    holdsAnswers = true;
  }

  /** What was held goes on. */
  public void releaseAppends() {
    List<Runnable> held;
    synchronized (this) {
      holdsAppends = false;
      holdsAnswers = false;
      held = new ArrayList<>(heldAppends);
      heldAppends.clear();
    }
    held.forEach(Runnable::run);
  }

  /** How many appends, or answers of them, are held. */
  public synchronized int held() {
    return heldAppends.size();
  }

  /** So many appends fail from now on: nothing of them comes into the store. */
  public synchronized void failNextAppends(int count) {
    failures = count;
  }

  /** Nothing is told from now on, as if it came late; appends wait with it. */
  public void holdTelling() {
    holdsTelling = true;
  }

  /** How many events are held and not told. */
  public int untold() {
    return untoldEvents.get();
  }

  /** Tells what was held. */
  public Future<Void> releaseTelling() {
    return onContext(
        () -> {
          holdsTelling = false;
          untoldEvents.set(0);
          for (Told told = untold.poll(); told != null; told = untold.poll()) {
            told.tell();
          }
          return Future.succeededFuture();
        });
  }

  /** Lets go of what is held and not told. */
  public Future<Void> evictUntold() {
    return onContext(
        () -> {
          holdsTelling = false;
          untoldEvents.set(0);
          long upTo = head;
          List<Runnable> decided = new ArrayList<>();
          for (Told told = untold.poll(); told != null; told = untold.poll()) {
            upTo = Math.max(upTo, told.last());
            decided.add(told.after());
          }
          if (upTo > head) {
            head = upTo;
            evicted = upTo;
            follower.evicted(upTo);
          }
          decided.forEach(Runnable::run);
          return Future.succeededFuture();
        });
  }

  /**
   * Loses what it had but for its oldest events: they are in a new epoch.
   *
   * @param kept how many
   */
  public Future<Void> restart(int kept) {
    return onContext(
        () ->
            inner
                .read(inner.epoch(), 1, Long.MAX_VALUE)
                .compose(
                    old -> again(old.events().subList(0, Math.min(kept, old.events().size())))));
  }

  private Future<Void> again(List<StoredEvent> kept) {
    HistoryStore.Channel before = inner;
    int generation = ++restarts;
    return store
        .open(name + "\0" + generation, retention, new Inner(generation))
        .compose(
            open ->
                (kept.isEmpty() ? Future.<StoreReceipt>succeededFuture() : open.append(kept))
                    .compose(
                        appended -> {
                          inner = open;
                          active = generation;
                          head = open.head();
                          evicted = 0;
                          List<Told> lost = List.copyOf(untold);
                          untold.clear();
                          untoldEvents.set(0);
                          lost.forEach(told -> told.after().run()); // what was asked is answered
                          follower.restarted(open.epoch(), open.head());
                          return before.close();
                        }));
  }

  /** Everything goes on as it should. */
  public void heal() {
    releaseAppends();
    synchronized (this) {
      failures = 0;
    }
    releaseTelling();
  }

  // The channel

  @Override
  public String epoch() {
    return inner.epoch();
  }

  @Override
  public long head() {
    return head;
  }

  @Override
  public long oldest() {
    return Math.min(head + 1, Math.max(inner.oldest(), evicted + 1));
  }

  @Override
  public Future<StoreReceipt> append(List<StoredEvent> events) {
    Promise<StoreReceipt> done = Callers.promise();
    synchronized (this) {
      if (failures > 0) {
        failures--;
        done.fail(new IllegalStateException("the store could not take it, as it was told to"));
        return done.future();
      }
      if (holdsAppends) {
        heldAppends.add(() -> appendNow(events, done));
        return done.future();
      }
    }
    appendNow(events, done);
    return done.future();
  }

  private void appendNow(List<StoredEvent> events, Promise<StoreReceipt> done) {
    String down = problem.get();
    if (down != null) {
      done.fail(new IllegalStateException(down));
      return;
    }
    inner
        .append(events)
        .onComplete(
            decided ->
                context.runOnContext(
                    now ->
                        answer(
                            () -> {
                              if (decided.succeeded()) {
                                done.complete(decided.result());
                              } else {
                                done.fail(decided.cause());
                              }
                            })));
  }

  private void answer(Runnable completion) {
    Runnable afterTelling =
        () -> {
          synchronized (this) {
            if (holdsAnswers) {
              heldAppends.add(completion);
              return;
            }
          }
          completion.run();
        };
    if (holdsTelling) {
      untold.add(new Told(0, List.of(), afterTelling));
    } else {
      afterTelling.run();
    }
  }

  @Override
  public Future<StoredStretch> read(String epoch, long from, long mostBytes) {
    return asked(
        () -> inner.read(epoch, Math.max(from, evicted + 1), mostBytes).map(this::upToHead));
  }

  @Override
  public Future<StoredStretch> readNewest(long mostEvents, long mostBytes) {
    return asked(
        () ->
            holdsTelling || evicted > 0
                ? Future.succeededFuture(new StoredStretch(head + 1, List.of()))
                : inner.readNewest(mostEvents, mostBytes));
  }

  private StoredStretch upToHead(StoredStretch read) {
    long sequence = read.first();
    int within = 0;
    for (StoredEvent event : read.events()) {
      sequence += event.span();
      if (sequence > head + 1) {
        break;
      }
      within++;
    }
    return new StoredStretch(Math.min(read.first(), head + 1), read.events().subList(0, within));
  }

  @Override
  public Future<Long> firstSince(long time) {
    return asked(() -> inner.firstSince(time).map(first -> Math.min(first, head + 1)));
  }

  private <T> Future<T> asked(Supplier<Future<T>> question) {
    String down = problem.get();
    if (down == null) {
      return question.get();
    }
    Promise<T> done = Callers.promise();
    done.fail(new IllegalStateException(down));
    return done.future();
  }

  @Override
  public @Nullable HistoryLease lease() {
    HistoryLease of = inner.lease();
    FaultyLease known = lease;
    if (of != null && known == null) {
      known = new FaultyLease(owner, of);
      lease = known;
    }
    return known;
  }

  @Override
  public void retain(HistoryRetention wanted) {
    retention = wanted;
    inner.retain(wanted);
  }

  @Override
  public Future<Void> close() {
    onClose.run();
    heal();
    return inner.close();
  }

  private Future<Void> onContext(Supplier<Future<Void>> task) {
    return ChannelProbe.on(context, task);
  }

  @Override
  public Future<Void> refresh() {
    Promise<Void> done = Callers.promise();
    inner
        .refresh()
        .onComplete(
            told ->
                context.runOnContext(
                    now -> {
                      if (holdsTelling) {
                        untold.add(new Told(0, List.of(), done::complete));
                      } else {
                        done.complete();
                      }
                    }));
    return done.future();
  }

  /** What is to be told, and what comes after. */
  private final class Told {
    private final long first;
    private final List<StoredEvent> events;
    private final Runnable after;

    Told(long first, List<StoredEvent> events, Runnable after) {
      this.first = first;
      this.events = events;
      this.after = after;
    }

    long last() {
      return first - 1 + events.stream().mapToLong(StoredEvent::span).sum();
    }

    Runnable after() {
      return after;
    }

    void tell() {
      if (!events.isEmpty()) {
        head = last();
        follower.appended(first, events);
      }
      after.run();
    }
  }

  /** Follows the store; what it had before a restart is not listened to. */
  private final class Inner implements HistoryStore.Follower {
    private final int generation;

    Inner(int generation) {
      this.generation = generation;
    }

    @Override
    public void appended(long first, List<StoredEvent> events) {
      if (generation != active || first <= head) {
        return;
      }
      Told told = new Told(first, events, () -> {});
      if (holdsTelling) {
        untold.add(told);
        untoldEvents.addAndGet(events.size());
      } else {
        told.tell();
      }
    }

    @Override
    public void evicted(long upTo) {
      head = upTo;
      follower.evicted(upTo);
    }

    @Override
    public void restarted(String epoch, long to) {
      head = to;
      follower.restarted(epoch, to);
    }
  }
}
