package dev.ssebridge.internal.store.redis;

import dev.ssebridge.internal.config.OptionalJar;
import dev.ssebridge.internal.store.Callers;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreHealth;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Histories in Redis, which many nodes share: any of them appends to a channel, all that have it
 * open are told, in one order.
 *
 * <p>What is acknowledged is as durable as Redis is. Where Redis has lost some of it, or may have
 * (it came back without a log of its commands, or a replica took over), the channel goes on under
 * another epoch on all nodes.
 */
public final class RedisHistoryStore implements HistoryStore {
  private static final String CLIENT = "io.vertx.redis.client.Redis";
  private static final String ARTIFACT = "io.vertx:vertx-redis-client";

  /** How long it is known who appended last to a channel: a week, as for the channel itself. */
  private static final long KEEP_MILLIS = 7L * 24 * 3600 * 1000;

  private final Vertx vertx;
  private final RedisStoreSettings settings;
  private final ContextInternal context;
  private final Reads.Gate reads = new Reads.Gate();
  private final Promise<Void> closed = Promise.promise();

  private volatile StoreHealth health = new StoreHealth("the store is not started");

  /** Which are held; from any thread. */
  private final Set<RedisLease> held = ConcurrentHashMap.newKeySet();

  // On the context.
  private @Nullable StoreCore core;
  private boolean over;

  /**
   * Not started.
   *
   * @throws IllegalStateException where the client of Redis is not on the class path
   */
  public RedisHistoryStore(Vertx vertx, RedisStoreSettings settings) {
    String missing = OptionalJar.missing(CLIENT, ARTIFACT, "the version of Vert.x");
    if (missing != null) {
      throw new IllegalStateException("history in Redis: " + missing);
    }
    this.vertx = vertx;
    this.settings = settings;
    this.context = ((VertxInternal) vertx).createEventLoopContext();
  }

  @Override
  public Future<Void> start() {
    Promise<Void> promise = Callers.promise();
    run(
        () -> {
          if (core != null || over) {
            promise.fail(new IllegalStateException("the store is started or closed already"));
            return;
          }
          StoreCore begun = new StoreCore(vertx, settings, now -> health = now);
          core = begun;
          begun.start().onComplete(tried -> promise.complete());
        });
    return promise.future();
  }

  @Override
  public Future<Channel> open(String name, HistoryRetention retention, Follower follower) {
    Context followers;
    try {
      followers = Callers.ofFollower();
    } catch (IllegalStateException noEventLoop) {
      return Future.failedFuture(noEventLoop);
    }
    Promise<Feed> promise = Callers.promise();
    return Callers.checkName(name)
        .compose(
            fine -> {
              run(
                  () -> {
                    StoreCore inside = core;
                    if (inside == null || over) {
                      promise.fail(
                          new IllegalStateException("the store is not started, or is closed"));
                    } else {
                      inside.open(name, retention, followers, follower, promise);
                    }
                  });
              return promise.future();
            })
        .map(feed -> new RedisChannel(this, feed));
  }

  @Override
  public StoreHealth health() {
    return health;
  }

  @Override
  public Future<Void> close() {
    Promise<Void> promise = Callers.promise();
    run(
        () -> {
          closed.future().onComplete(promise);
          if (over) {
            return;
          }
          over = true;
          if (core == null) {
            health = new StoreHealth("the store is closed");
            closed.complete();
          } else {
            core.close(this::giveAllBack).onComplete(closed);
          }
        });
    return promise.future();
  }

  private Future<Void> giveAllBack(StoreCore inside) {
    List<Future<Void>> given = new ArrayList<>();
    held.forEach(
        lease -> {
          RedisSession session = inside.servers().session(lease.key());
          if (session != null) {
            given.add(lease.giveBackOn(session));
          }
        });
    return Future.join(given).mapEmpty();
  }

  /** Whether this one is to be given back when the store is closed. */
  void hold(RedisLease lease, boolean now) {
    if (now) {
      held.add(lease);
    } else {
      held.remove(lease);
    }
  }

  /** Ends a channel once what is under way in it is decided. */
  void close(Feed feed, Promise<Void> promise) {
    run(
        () -> {
          if (core == null) {
            promise.complete();
          } else {
            core.close(feed, promise);
          }
        });
  }

  /** Does something on the context of the store. */
  void run(Runnable task) {
    context.runOnContext(now -> task.run());
  }

  /** A lease for one who may append to a channel. */
  RedisLease leaseOf(ChannelKeys keys) {
    return new RedisLease(this, keys.lease(), keys.last(), settings.lease(), KEEP_MILLIS);
  }

  @Override
  public RedisLease lease(String name) {
    String inOneSlot = "{" + ChannelKeys.escaped(name) + "}";
    return new RedisLease(
        this,
        settings.prefix() + "lease:" + inOneSlot,
        settings.prefix() + "cursor:" + inOneSlot,
        settings.lease(),
        0);
  }

  /** Asks the server that has a key. */
  <T> Future<T> ask(String key, Function<RedisSession, Future<T>> question) {
    Promise<T> promise = Callers.promise();
    run(
        () -> {
          StoreCore inside = core;
          if (inside == null || over) {
            promise.fail(new IllegalStateException("the store is not started, or is closed"));
            return;
          }
          RedisSession session = inside.servers().session(key);
          if (session == null) {
            promise.fail("Redis: " + inside.servers().problem(key));
            return;
          }
          question
              .apply(session)
              .onComplete(
                  answer -> {
                    if (answer.succeeded()) {
                      promise.complete(answer.result());
                      return;
                    }
                    if (RedisErrors.isElsewhere(answer.cause())) {
                      inside.servers().moved();
                    }
                    promise.fail("Redis: " + RedisErrors.sentence(answer.cause()));
                  });
        });
    return promise.future();
  }

  Reads.Gate reads() {
    return reads;
  }

  Vertx vertx() {
    return vertx;
  }

  RandomToken tokens() {
    return new RandomToken(settings.random());
  }
}
