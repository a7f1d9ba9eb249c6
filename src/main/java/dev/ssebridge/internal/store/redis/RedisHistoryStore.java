package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
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

  private final Vertx vertx;
  private final RedisStoreSettings settings;
  private final ContextInternal context;
  private final Reads.Gate reads = new Reads.Gate();
  private final Promise<Void> closed = Promise.promise();

  private volatile StoreHealth health = new StoreHealth("the store is not started");

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
            core.close().onComplete(closed);
          }
        });
    return promise.future();
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

  /**
   * A lease for one who may append to a channel, for {@link RedisChannel#fence}.
   *
   * @param millis that it holds without being renewed
   */
  public RedisLease leaseOf(String channel, long millis) {
    return new RedisLease(this, new ChannelKeys(settings.prefix(), channel).lease(), millis);
  }

  /**
   * A lease for something else of which only one node is to be in charge.
   *
   * @param name of it
   * @param millis that it holds without being renewed
   */
  public RedisLease lease(String name, long millis) {
    return new RedisLease(this, settings.prefix() + "lease:" + name, millis);
  }

  /** A small value that nodes share, such as the cursor of a source; null where there is none. */
  public Future<@Nullable String> value(String name) {
    String key = cursor(name);
    return ask(key, session -> session.send(Request.cmd(Command.GET).arg(key.getBytes(UTF_8))))
        .map(answer -> answer == null ? null : answer.toString(UTF_8));
  }

  /** Sets a small value that nodes share. */
  public Future<Void> value(String name, String value) {
    String key = cursor(name);
    return ask(
            key,
            session ->
                session.send(
                    Request.cmd(Command.SET).arg(key.getBytes(UTF_8)).arg(value.getBytes(UTF_8))))
        .mapEmpty();
  }

  private String cursor(String name) {
    return settings.prefix() + "cursor:" + name;
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
