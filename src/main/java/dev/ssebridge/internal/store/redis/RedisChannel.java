package dev.ssebridge.internal.store.redis;

import dev.ssebridge.internal.store.Callers;
import dev.ssebridge.internal.store.redis.Deliveries.Told;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A channel as its owner sees it. From any thread. */
public final class RedisChannel implements HistoryStore.Channel {
  private final RedisHistoryStore store;
  private final Feed feed;
  private volatile boolean closed;

  // guarded by this
  private @Nullable RedisLease lease;

  RedisChannel(RedisHistoryStore store, Feed feed) {
    this.store = store;
    this.feed = feed;
  }

  @Override
  public String epoch() {
    return told().text();
  }

  @Override
  public long head() {
    return told().head();
  }

  @Override
  public long oldest() {
    return told().oldest();
  }

  private Told told() {
    return feed.deliveries().told();
  }

  @Override
  public Future<StoreReceipt> append(List<StoredEvent> events) {
    Future<Void> checked = Callers.checkEvents(events);
    if (checked.failed()) {
      return checked.mapEmpty();
    }
    Promise<StoreReceipt> promise = Callers.promise();
    List<StoredEvent> all = List.copyOf(events);
    store.run(() -> feed.appending().append(all, promise));
    return promise.future();
  }

  @Override
  public synchronized RedisLease lease() {
    RedisLease known = lease;
    if (known == null) {
      known = store.leaseOf(feed.keys());
      lease = known;
      feed.appending().token(known::token);
    }
    return known;
  }

  @Override
  public Future<StoredStretch> read(String epoch, long from, long mostBytes) {
    Told now = told();
    if (!closed && !now.text().equals(epoch)) {
      return Future.failedFuture(
          new IllegalStateException("the epoch " + epoch + " is no more; it is " + now.text()));
    }
    return reading(
        (session, promise) -> Reads.forward(session, feed, now, from, mostBytes, promise));
  }

  @Override
  public Future<StoredStretch> readNewest(long mostEvents, long mostBytes) {
    Told now = told();
    return reading(
        (session, promise) -> Reads.backward(session, feed, now, mostEvents, mostBytes, promise));
  }

  @Override
  public Future<Long> firstSince(long time) {
    Told now = told();
    return reading((session, promise) -> Reads.since(session, feed, now, time, promise));
  }

  private <T> Future<T> reading(BiConsumer<RedisSession, Promise<T>> read) {
    Promise<T> promise = Callers.promise();
    store.run(
        () -> {
          RedisSession session = feed.session();
          if (closed || feed.isClosed()) {
            promise.fail(new IllegalStateException("the channel is closed"));
          } else if (session == null) {
            promise.fail("Redis: there is no connection now");
          } else {
            store.reads().pass(promise, () -> read.accept(session, promise));
          }
        });
    return promise.future();
  }

  @Override
  public Future<Void> refresh() {
    Promise<Void> promise = Callers.promise();
    store.run(
        () -> {
          if (closed || feed.isClosed()) {
            promise.fail(new IllegalStateException("the channel is closed"));
          } else {
            feed.refresh(promise);
          }
        });
    return promise.future();
  }

  @Override
  public void retain(HistoryRetention retention) {
    store.run(() -> feed.retain(retention));
  }

  @Override
  public Future<Void> close() {
    closed = true;
    Promise<Void> promise = Callers.promise();
    store.close(feed, promise);
    return promise.future();
  }
}
