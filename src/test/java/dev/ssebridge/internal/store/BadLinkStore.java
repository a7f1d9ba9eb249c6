package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreHealth;
import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A store whose followers hang on a bad link: what the store behind it tells comes late, twice, out
 * of order or not at all, and is put right here, as a store that follows others must do.
 */
final class BadLinkStore implements HistoryStore {
  private static final long LOOK_MILLIS = 5;

  private final HistoryStore inner;
  private final Vertx vertx;
  private final Random random;

  BadLinkStore(HistoryStore inner, Vertx vertx, long seed) {
    this.inner = inner;
    this.vertx = vertx;
    random = new Random(seed);
  }

  @Override
  public Future<Void> start() {
    return inner.start();
  }

  @Override
  public Future<Channel> open(String name, HistoryRetention retention, Follower follower) {
    Link link = new Link(Vertx.currentContext(), follower);
    return inner.open(name, retention, link).map(link::of);
  }

  @Override
  public StoreHealth health() {
    return inner.health();
  }

  @Override
  public Future<Void> close() {
    return inner.close();
  }

  /** On one context, but for what only reads; a timer has one of its own, beside it. */
  private final class Link implements Channel, Follower {
    private final Context context;
    private final Follower follower;
    private final TreeMap<Long, List<StoredEvent>> early = new TreeMap<>();

    @SuppressWarnings("NullAway.Init") // when it is open
    private Channel behind;

    private long timer;
    private volatile long head;
    private volatile boolean closed;

    Link(Context context, Follower follower) {
      this.context = context;
      this.follower = follower;
    }

    Channel of(Channel open) {
      behind = open;
      head = open.head();
      timer = vertx.setPeriodic(LOOK_MILLIS, look -> context.runOnContext(now -> catchUp()));
      return this;
    }

    // What the link does to it.

    @Override
    public void appended(long first, List<StoredEvent> events) {
      int fate = random.nextInt(10);
      if (fate < 2) {
        return;
      }
      if (fate < 4) {
        received(first, events);
      }
      if (fate < 8) {
        received(first, events);
      } else {
        vertx.setTimer(
            1 + random.nextInt(3), late -> context.runOnContext(now -> received(first, events)));
      }
    }

    // What mends it.

    private void received(long first, List<StoredEvent> events) {
      early.put(first, events);
      while (!early.isEmpty() && early.firstKey() <= head + 1) {
        var next = early.pollFirstEntry();
        if (next.getKey() == head + 1) {
          told(next.getKey(), next.getValue());
        }
      }
    }

    private void told(long first, List<StoredEvent> events) {
      if (!closed && !events.isEmpty()) {
        head = first - 1 + events.stream().mapToLong(StoredEvent::span).sum();
        follower.appended(first, events);
      }
    }

    private Future<Void> catchUp() {
      if (behind.head() == head) {
        return Future.succeededFuture();
      }
      return behind
          .read(behind.epoch(), head + 1, Long.MAX_VALUE)
          .map(
              read -> {
                if (read.first() > head + 1 && !closed) {
                  evicted(read.first() - 1);
                }
                received(read.first(), read.events());
                return null;
              });
    }

    @Override
    public void evicted(long upTo) {
      head = upTo;
      follower.evicted(upTo);
    }

    @Override
    public void restarted(String epoch, long newHead) {
      head = newHead;
      follower.restarted(epoch, newHead);
    }

    // The channel

    @Override
    public String epoch() {
      return behind.epoch();
    }

    @Override
    public long head() {
      return head;
    }

    @Override
    public long oldest() {
      return Math.min(head + 1, behind.oldest());
    }

    @Override
    public Future<StoreReceipt> append(List<StoredEvent> events) {
      Promise<StoreReceipt> done = Callers.promise();
      behind
          .append(events)
          .onFailure(done::fail)
          .onSuccess(
              receipt ->
                  context.runOnContext(
                      now -> catchUp().onComplete(caughtUp -> done.complete(receipt))));
      return done.future();
    }

    @Override
    public Future<StoredStretch> read(String epoch, long from, long mostBytes) {
      return later(() -> behind.read(epoch, from, mostBytes));
    }

    @Override
    public Future<StoredStretch> readNewest(long mostEvents, long mostBytes) {
      return later(() -> behind.readNewest(mostEvents, mostBytes));
    }

    @Override
    public Future<Long> firstSince(long time) {
      return later(() -> behind.firstSince(time));
    }

    /** Has what the store behind it has, and then asks that one. */
    private <T> Future<T> later(Supplier<Future<T>> question) {
      Promise<T> done = Callers.promise();
      context.runOnContext(
          now -> catchUp().onComplete(caughtUp -> question.get().onComplete(done)));
      return done.future();
    }

    @Override
    public void retain(HistoryRetention retention) {
      behind.retain(retention);
    }

    @Override
    public Future<Void> close() {
      closed = true;
      vertx.cancelTimer(timer);
      return behind.close();
    }
  }
}
