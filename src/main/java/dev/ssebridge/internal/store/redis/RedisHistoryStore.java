package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.config.OptionalJar;
import dev.ssebridge.internal.store.Callers;
import dev.ssebridge.internal.store.redis.RedisStoreSettings.Mode;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Logger;
import java.util.stream.Collectors;
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
  private static final Logger LOG = Logger.getLogger(RedisHistoryStore.class.getName());
  private static final String CLIENT = "io.vertx.redis.client.Redis";
  private static final String ARTIFACT = "io.vertx:vertx-redis-client";
  private static final long TICK = 100;
  private static final long AGAIN = 1_000;
  private static final long MOVING = 100;

  private enum State {
    IDLE,
    STARTED,
    CLOSED
  }

  private final Vertx vertx;
  private final RedisStoreSettings settings;
  private final ContextInternal context;

  private volatile State state = State.IDLE;
  private volatile StoreHealth health = new StoreHealth("the store is not started");

  // On the context.
  private final Map<String, Feed> feeds = new HashMap<>();
  private final SyncQueue syncs = new SyncQueue();
  private final Set<Long> timers = new HashSet<>();
  private final Promise<Void> closed = Promise.promise();
  private @Nullable Core core;

  /** What there is once it is started. */
  private record Core(Servers servers, Home home, Reads.Gate reads) {}

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
    context.runOnContext(
        now -> {
          if (state != State.IDLE) {
            promise.fail(new IllegalStateException("the store is started or closed already"));
            return;
          }
          state = State.STARTED;
          RedisLink.Listener listener = new Sessions();
          Servers servers =
              settings.mode() == Mode.CLUSTER
                  ? new ClusterServers(vertx, settings, listener)
                  : new OneServer(vertx, settings, listener);
          core = new Core(servers, new Inside(servers), new Reads.Gate());
          timers.add(vertx.setPeriodic(TICK, tick -> tick()));
          servers
              .start()
              .onComplete(
                  tried -> {
                    assess();
                    promise.tryComplete();
                  });
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
    Promise<Channel> promise = Callers.promise();
    return Callers.checkName(name)
        .compose(
            fine -> {
              context.runOnContext(now -> open(name, retention, followers, follower, promise));
              return promise.future();
            });
  }

  private void open(
      String name,
      HistoryRetention retention,
      Context followers,
      Follower follower,
      Promise<Channel> promise) {
    Core inside = core;
    if (state != State.STARTED || inside == null) {
      promise.fail(new IllegalStateException("the store is not started, or is closed"));
      return;
    }
    if (feeds.containsKey(name)) {
      promise.fail(
          new IllegalStateException("channel \"" + name + "\" is open; expected it closed before"));
      return;
    }
    Feed feed = new Feed(inside.home(), name, retention, followers, follower);
    if (inside.servers().session(feed.keys().logText()) == null) {
      promise.fail("Redis: " + inside.servers().problem(feed.keys().logText()));
      return;
    }
    feeds.put(name, feed);
    syncs.add(
        () ->
            sync(feed)
                .onComplete(
                    joined -> {
                      if (joined.succeeded() && !feed.isClosed()) {
                        promise.complete(new RedisChannel(this, inside.reads(), feed));
                        feed.begin();
                      } else {
                        feeds.remove(name, feed);
                        feed.close();
                        promise.fail(
                            joined.succeeded()
                                ? "the store was closed"
                                : "Redis: " + RedisErrors.sentence(joined.cause()));
                      }
                    }));
  }

  private Future<Void> sync(Feed feed) {
    Core inside = core;
    RedisSession session = inside == null ? null : inside.servers().session(feed.keys().logText());
    if (session == null || feed.isClosed()) {
      return Future.failedFuture("there is no connection to Redis");
    }
    return feed.sync(session);
  }

  private void resync(Feed feed) {
    syncs.add(
        () ->
            feed.session() != null
                ? Future.succeededFuture()
                : sync(feed).onFailure(failure -> notJoined(feed, failure)));
  }

  private void notJoined(Feed feed, Throwable failure) {
    RedisSession session = feed.session();
    Core inside = core;
    if (inside == null || session == null || !session.isOpen() || feed.isClosed()) {
      return;
    }
    if (settings.mode() == Mode.CLUSTER && RedisErrors.isElsewhere(failure)) {
      inside.home().moved(feed);
      return;
    }
    LOG.warning(
        "channel \"" + feed.name() + "\" cannot be followed: " + RedisErrors.sentence(failure));
    feed.appending().cannot(failure);
    feed.lost();
    later(AGAIN, () -> resync(feed));
  }

  private void later(long millis, Runnable task) {
    if (state != State.STARTED) {
      return;
    }
    long[] timer = new long[1];
    timer[0] =
        vertx.setTimer(
            millis,
            now -> {
              timers.remove(timer[0]);
              task.run();
            });
    timers.add(timer[0]);
  }

  private void tick() {
    long now = System.nanoTime();
    boolean mayMeasure = true;
    for (Feed feed : feeds.values()) {
      if (feed.tick(now, mayMeasure)) {
        mayMeasure = false;
      }
    }
  }

  @Override
  public StoreHealth health() {
    return health;
  }

  private void assess() {
    Core inside = core;
    if (state == State.CLOSED) {
      health = new StoreHealth("the store is closed");
    } else if (inside != null) {
      String problem = inside.servers().problem();
      health = problem == null ? StoreHealth.UP : new StoreHealth("Redis: " + problem);
    }
  }

  @Override
  public Future<Void> close() {
    Promise<Void> promise = Callers.promise();
    context.runOnContext(
        now -> {
          closed.future().onComplete(promise);
          if (state != State.CLOSED) {
            state = State.CLOSED;
            shutDown();
          }
        });
    return promise.future();
  }

  private void shutDown() {
    assess();
    List<Future<Void>> decided = new ArrayList<>();
    for (Feed feed : List.copyOf(feeds.values())) {
      Promise<Void> done = Promise.promise();
      feed.appending().whenDecided(() -> feed.deliveries().then(done::tryComplete));
      decided.add(done.future());
    }
    Future.join(decided)
        .timeout(settings.timeout(), TimeUnit.MILLISECONDS)
        .onComplete(done -> context.runOnContext(now -> letGo()));
  }

  private void letGo() {
    timers.forEach(vertx::cancelTimer);
    for (Feed feed : feeds.values()) {
      feed.appending().giveUp();
      feed.close();
    }
    feeds.clear();
    if (core != null) {
      core.servers().close();
    }
    closed.complete();
  }

  /** Ends a channel once what is under way in it is decided. */
  void close(Feed feed, Promise<Void> promise) {
    context.runOnContext(
        now -> {
          if (feed.isClosed()) {
            promise.complete();
            return;
          }
          feed.appending()
              .whenDecided(
                  () -> {
                    feed.close();
                    feeds.remove(feed.name(), feed);
                    feed.deliveries().then(promise::tryComplete);
                  });
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
    byte[] key = cursor(name).getBytes(UTF_8);
    return ask(cursor(name), session -> session.send(Request.cmd(Command.GET).arg(key)))
        .map(answer -> answer == null ? null : answer.toString(UTF_8));
  }

  /** Sets a small value that nodes share. */
  public Future<Void> value(String name, String value) {
    byte[] key = cursor(name).getBytes(UTF_8);
    byte[] bytes = value.getBytes(UTF_8);
    return ask(cursor(name), session -> session.send(Request.cmd(Command.SET).arg(key).arg(bytes)))
        .mapEmpty();
  }

  private String cursor(String name) {
    return settings.prefix() + "cursor:" + name;
  }

  /** Asks the server that has a key. */
  <T> Future<T> ask(String key, Function<RedisSession, Future<T>> question) {
    Promise<T> promise = Callers.promise();
    context.runOnContext(
        now -> {
          Core inside = core;
          RedisSession session = inside == null ? null : inside.servers().session(key);
          if (inside == null || session == null || state != State.STARTED) {
            promise.fail(
                "Redis: "
                    + (inside == null
                        ? "the store is not started"
                        : inside.servers().problem(key)));
            return;
          }
          question
              .apply(session)
              .onComplete(
                  answer -> {
                    if (answer.failed() && RedisErrors.isElsewhere(answer.cause())) {
                      inside.servers().moved();
                    }
                    if (answer.succeeded()) {
                      promise.complete(answer.result());
                    } else {
                      promise.fail("Redis: " + RedisErrors.sentence(answer.cause()));
                    }
                  });
        });
    return promise.future();
  }

  Vertx vertx() {
    return vertx;
  }

  RandomToken tokens() {
    return new RandomToken(settings.random());
  }

  /** Sessions come and go. */
  private final class Sessions implements RedisLink.Listener {
    @Override
    public void up(RedisLink link, RedisSession session) {
      assess();
      for (Feed feed : feeds.values()) {
        if (feed.session() == null && feed.isJoined()) {
          resync(feed);
        }
      }
    }

    @Override
    public void down(RedisLink link) {
      assess();
      for (Feed feed : feeds.values()) {
        RedisSession session = feed.session();
        if (session != null && !session.isOpen()) {
          feed.lost();
        }
      }
    }
  }

  /** What channels need. */
  private final class Inside implements Home {
    private final Servers servers;
    private final Epochs36 epochs = new Epochs36(settings.clock(), settings.random());
    private final String node = tokens().next();
    private long calls;
    private @Nullable String refusal;

    Inside(Servers servers) {
      this.servers = servers;
    }

    @Override
    public Vertx vertx() {
      return vertx;
    }

    @Override
    public RedisStoreSettings settings() {
      return settings;
    }

    @Override
    public Epochs36 epochs() {
      return epochs;
    }

    @Override
    public String nextMark() {
      return node + "." + Long.toString(calls++, 36);
    }

    @Override
    public String trusted(RedisSession session) {
      return session.info().losesNothingByRestart()
          ? "*"
          : servers.sessions().stream()
              .map(other -> other.info().runId())
              .collect(Collectors.joining(" "));
    }

    @Override
    public String problem(Feed feed) {
      return "Redis: " + servers.problem(feed.keys().logText());
    }

    @Override
    public void refuses(Feed feed, Throwable failure) {
      String sentence = RedisErrors.sentence(failure);
      if (refusal == null) {
        LOG.warning("Redis takes no events: " + sentence);
        later(settings.pingInterval(), () -> probe(feed));
      }
      refusal = sentence;
      health = new StoreHealth("Redis: " + sentence);
      RedisSession session = feed.session();
      if (RedisErrors.isAnswer(failure, "READONLY") && session != null) {
        refusal = null;
        servers.drop(session);
      }
    }

    /** Whether it takes writes again. */
    private void probe(Feed feed) {
      RedisSession session = servers.session(feed.keys().logText());
      if (session == null) {
        refusal = null;
        assess();
        return;
      }
      session
          .send(
              Request.cmd(Command.SET)
                  .arg(feed.keys().probe())
                  .arg("1")
                  .arg("PX")
                  .arg(settings.timeout()))
          .onComplete(
              written -> {
                if (written.failed() && RedisErrors.refusesWrites(written.cause())) {
                  later(settings.pingInterval(), () -> probe(feed));
                } else {
                  refusal = null;
                  LOG.info("Redis takes events again");
                  assess();
                }
              });
    }

    @Override
    public void moved(Feed feed) {
      servers.moved();
      RedisSession session = feed.session();
      if (session != null) {
        session.unsubscribe(feed.keys().logText());
      }
      feed.lost();
      later(MOVING, () -> resync(feed));
    }
  }
}
