package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryLease;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A channel of a {@link MemoryStore} that is open. Any thread; the follower on its own. */
final class MemoryChannel implements HistoryStore.Channel {
  private final MemoryHistory history;
  private final Context context;
  private final HistoryStore.Follower follower;
  private final LongSupplier clock;
  private final MemoryLeases.Lease lease;
  private final Runnable onClose;
  private volatile boolean fenced;
  private volatile long head;
  private volatile boolean closed;

  MemoryChannel(
      MemoryHistory history,
      Context context,
      HistoryStore.Follower follower,
      LongSupplier clock,
      MemoryLeases.Lease lease,
      Runnable onClose) {
    this.history = history;
    this.context = context;
    this.follower = follower;
    this.clock = clock;
    this.lease = lease;
    this.onClose = onClose;
    head = history.attach(this);
  }

  /** In the order of the history; the listeners of the open future came before. */
  void tell(Arrivals arrivals) {
    if (!arrivals.fresh().isEmpty()) {
      context.runOnContext(
          now -> {
            if (!closed) {
              head = arrivals.head();
              follower.appended(arrivals.first(), arrivals.fresh());
            }
          });
    }
  }

  @Override
  public String epoch() {
    return history.epoch();
  }

  @Override
  public long head() {
    return head;
  }

  @Override
  public long oldest() {
    return Math.min(history.oldest(), head + 1);
  }

  @Override
  public Future<StoreReceipt> append(List<StoredEvent> events) {
    Promise<StoreReceipt> done = Callers.promise();
    Future<Void> sound = closed ? closedAlready() : Callers.checkEvents(events);
    if (sound.failed()) {
      done.fail(sound.cause());
    } else if (fenced && !lease.isOf(lease.token())) {
      done.fail("FENCED another node may append");
    } else {
      StoreReceipt receipt = history.append(events, clock.getAsLong()).receipt();
      context.runOnContext(told -> done.complete(receipt));
    }
    return done.future();
  }

  @Override
  public Future<StoredStretch> read(String epoch, long from, long mostBytes) {
    if (!epoch.equals(history.epoch())) {
      return answer(
          () -> {
            throw new IllegalStateException("expected epoch " + history.epoch() + ", got " + epoch);
          });
    }
    return answer(() -> history.read(from, head, mostBytes));
  }

  @Override
  public Future<StoredStretch> readNewest(long mostEvents, long mostBytes) {
    return answer(() -> history.readNewest(head, mostEvents, mostBytes));
  }

  @Override
  public Future<Long> firstSince(long time) {
    return answer(() -> history.firstSince(time, head));
  }

  @Override
  public HistoryLease lease() {
    fenced = true;
    return lease;
  }

  @Override
  public void retain(HistoryRetention retention) {
    history.retain(retention, clock.getAsLong());
  }

  @Override
  public Future<Void> refresh() {
    Promise<Void> done = Callers.promise();
    context.runOnContext(told -> done.complete()); // behind all that was to be told before
    return done.future();
  }

  @Override
  public Future<Void> close() {
    Promise<Void> done = Callers.promise();
    if (!closed) {
      closed = true;
      history.detach(this);
      onClose.run();
    }
    // After the appends that are under way.
    context.runOnContext(decided -> done.complete());
    return done.future();
  }

  private <T> Future<T> answer(Supplier<T> question) {
    Promise<T> done = Callers.promise();
    if (closed) {
      done.fail(closedAlready().cause());
      return done.future();
    }
    history.trim(clock.getAsLong());
    try {
      done.complete(question.get());
    } catch (IllegalStateException e) {
      done.fail(e);
    }
    return done.future();
  }

  private static Future<Void> closedAlready() {
    return Future.failedFuture(new IllegalStateException("the channel is closed"));
  }
}
