package dev.ssebridge.testing;

import dev.ssebridge.internal.store.Callers;
import dev.ssebridge.spi.HistoryLease;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreHealth;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store with every fault that the contract allows, when a test wants it: slow, failing, down,
 * forgetful, late to tell, evicting what it has not told. Any thread.
 */
public final class FaultyStore implements HistoryStore {
  private final HistoryStore inner;
  private final Map<String, FaultyChannel> channels = new ConcurrentHashMap<>();
  private volatile @Nullable String problem;

  // Under the lock of this.
  private final List<Runnable> held = new ArrayList<>();
  private boolean frozen;

  /** Without a fault, until one is asked for. */
  public FaultyStore(HistoryStore inner) {
    this.inner = inner;
  }

  /** Takes nothing from now on: appends fail, and nothing can be opened or read. */
  public void down(String why) {
    problem = why;
  }

  /** Takes events again. */
  public void up() {
    problem = null;
  }

  /** Nothing it is asked comes to the store and nothing is told, as if the node stood still. */
  public void freeze() {
    synchronized (this) {
      frozen = true;
    }
    channels
        .values()
        .forEach(
            channel -> {
              channel.holdAppends();
              channel.holdTelling();
            });
  }

  /** It goes on. */
  public void thaw() {
    List<Runnable> all;
    synchronized (this) {
      frozen = false;
      all = List.copyOf(held);
      held.clear();
    }
    all.forEach(Runnable::run);
    channels.values().forEach(FaultyChannel::heal);
  }

  /** Does it now, or when the node goes on. */
  <T> Future<T> unlessFrozen(Supplier<Future<T>> question) {
    Promise<T> done = Callers.promise();
    synchronized (this) {
      if (frozen) {
        held.add(() -> question.get().onComplete(done));
        return done.future();
      }
    }
    question.get().onComplete(done);
    return done.future();
  }

  @Override
  public @Nullable HistoryLease lease(String name) {
    HistoryLease lease = inner.lease(name);
    return lease == null ? null : new FaultyLease(this, lease);
  }

  /** One of its channels, which is open. */
  public FaultyChannel channel(String name) {
    FaultyChannel channel = channels.get(name);
    if (channel == null) {
      throw new IllegalStateException("no channel " + name + " among " + channels.keySet());
    }
    return channel;
  }

  /** Whether a channel is open. */
  public boolean isOpen(String name) {
    return channels.containsKey(name);
  }

  @Override
  public Future<Void> start() {
    return inner.start();
  }

  @Override
  public Future<Channel> open(String name, HistoryRetention retention, Follower follower) {
    String down = problem;
    Context context = Vertx.currentContext();
    if (down != null) {
      return ((ContextInternal) context).failedFuture(new IllegalStateException(down));
    }
    FaultyChannel made = new FaultyChannel(this, inner, name, context, follower, () -> problem);
    return made.openInner(retention)
        .map(
            open -> {
              channels.put(name, made);
              made.onClose(() -> channels.remove(name, made));
              return made;
            });
  }

  @Override
  public StoreHealth health() {
    String down = problem;
    return down == null ? inner.health() : new StoreHealth(down);
  }

  @Override
  public Future<Void> close() {
    channels.values().forEach(FaultyChannel::heal);
    return inner.close();
  }
}
