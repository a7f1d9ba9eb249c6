package dev.ssebridge.internal.store;

import dev.ssebridge.internal.log.Epochs;
import dev.ssebridge.spi.HistoryLease;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreHealth;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Keeps histories in the heap, as long as somebody has them: the plainest store, against which
 * others are measured. Several of them may have the same histories, as if each were on a node of
 * its own. Any thread.
 */
public final class MemoryStore implements HistoryStore {
  private final LongSupplier clock;
  private final Map<String, MemoryHistory> histories;
  private final MemoryLeases leases;
  private final Map<String, MemoryChannel> open = new ConcurrentHashMap<>();
  private volatile boolean running;

  /**
   * A store without histories.
   *
   * @param clock wall-clock milliseconds
   */
  public MemoryStore(LongSupplier clock) {
    this(clock, 2000);
  }

  /**
   * The same.
   *
   * @param leaseMillis how long leases are held
   */
  public MemoryStore(LongSupplier clock, long leaseMillis) {
    this.clock = clock;
    histories = new ConcurrentHashMap<>();
    leases = new MemoryLeases(leaseMillis);
  }

  /** A store with the histories of another: what comes in through one, the other tells as well. */
  public MemoryStore(MemoryStore other) {
    clock = other.clock;
    histories = other.histories;
    leases = other.leases;
  }

  @Override
  public Future<Void> start() {
    Promise<Void> done = Callers.promise();
    running = true;
    done.complete();
    return done.future();
  }

  @Override
  public Future<Channel> open(String name, HistoryRetention retention, Follower follower) {
    Promise<Channel> done = Callers.promise();
    Future<Void> sound = Callers.checkName(name);
    if (sound.failed()) {
      done.fail(sound.cause());
      return done.future();
    }
    try {
      done.complete(opened(name, retention, follower));
    } catch (IllegalStateException e) {
      done.fail(e);
    }
    return done.future();
  }

  private Channel opened(String name, HistoryRetention retention, Follower follower) {
    Context context = Callers.ofFollower();
    if (!running) {
      throw new IllegalStateException("the store is closed");
    }
    MemoryHistory history =
        histories.computeIfAbsent(name, first -> new MemoryHistory(newEpoch(), retention));
    return open.compute(
        name,
        (same, already) -> {
          if (already != null) {
            throw new IllegalStateException("the channel " + name + " is open already");
          }
          history.retain(retention, clock.getAsLong());
          return new MemoryChannel(
              history,
              context,
              follower,
              clock,
              leases.of("channel " + name),
              () -> open.remove(name));
        });
  }

  private String newEpoch() {
    return new Epochs(clock, new SecureRandom()).next();
  }

  @Override
  public HistoryLease lease(String name) {
    return leases.of("other " + name);
  }

  @Override
  public StoreHealth health() {
    return running ? StoreHealth.UP : new StoreHealth("it is not started, or closed");
  }

  @Override
  public Future<Void> close() {
    Promise<Void> done = Callers.promise();
    running = false;
    List<Future<Void>> closed = new ArrayList<>();
    open.values().forEach(channel -> closed.add(channel.close()));
    Future.all(closed).<Void>mapEmpty().onComplete(done);
    return done.future();
  }
}
