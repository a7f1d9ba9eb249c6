package dev.ssebridge.internal.store.redis;

import dev.ssebridge.internal.store.redis.RedisStoreSettings.Mode;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore.Follower;
import dev.ssebridge.spi.StoreHealth;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What happens in a store: its channels and their servers. All of it on one context. */
final class StoreCore implements Home, RedisLink.Listener {
  private static final Logger LOG = Logger.getLogger(StoreCore.class.getName());
  private static final long TICK = 100;
  private static final long AGAIN = 1_000;
  private static final long MOVING = 100;

  private final Vertx vertx;
  private final RedisStoreSettings settings;
  private final Consumer<StoreHealth> health;
  private final Servers servers;
  private final Epochs36 epochs;
  private final String node;
  private final Map<String, Feed> feeds = new HashMap<>();
  private final SyncQueue syncs = new SyncQueue();
  private final Set<Long> timers = new HashSet<>();

  private long calls;
  private @Nullable String refusal;
  private boolean closed;

  /**
   * @param health is told how the store does whenever that changes
   */
  StoreCore(Vertx vertx, RedisStoreSettings settings, Consumer<StoreHealth> health) {
    this.vertx = vertx;
    this.settings = settings;
    this.health = health;
    this.epochs = new Epochs36(settings.clock(), settings.random());
    this.node = new RandomToken(settings.random()).next();
    this.servers =
        settings.mode() == Mode.CLUSTER
            ? new ClusterServers(vertx, settings, this)
            : new OneServer(vertx, settings, this);
  }

  Future<Void> start() {
    timers.add(vertx.setPeriodic(TICK, tick -> tick()));
    return servers.start().onComplete(tried -> assess());
  }

  Servers servers() {
    return servers;
  }

  boolean isClosed() {
    return closed;
  }

  // Channels

  /** Opens a channel; completed with what follows it. */
  void open(
      String name,
      HistoryRetention retention,
      Context followers,
      Follower follower,
      Promise<Feed> promise) {
    if (feeds.containsKey(name)) {
      promise.fail(
          new IllegalStateException("channel \"" + name + "\" is open; expected it closed before"));
      return;
    }
    Feed feed = new Feed(this, name, retention, followers, follower);
    if (servers.session(feed.keys().logText()) == null) {
      promise.fail(problem(feed));
      return;
    }
    feeds.put(name, feed);
    syncs.add(() -> sync(feed).onComplete(joined -> opened(feed, joined.cause(), promise)));
  }

  private void opened(Feed feed, @Nullable Throwable failure, Promise<Feed> promise) {
    if (failure == null && !feed.isClosed()) {
      promise.complete(feed);
      feed.begin();
    } else {
      feeds.remove(feed.name(), feed);
      feed.close();
      promise.fail(
          failure == null ? "the store was closed" : "Redis: " + RedisErrors.sentence(failure));
    }
  }

  private Future<Void> sync(Feed feed) {
    RedisSession session = servers.session(feed.keys().logText());
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
    if (session == null || !session.isOpen() || feed.isClosed()) {
      return;
    }
    if (settings.mode() == Mode.CLUSTER && RedisErrors.isElsewhere(failure)) {
      moved(feed);
      return;
    }
    LOG.warning(
        "channel \"" + feed.name() + "\" cannot be followed: " + RedisErrors.sentence(failure));
    feed.appending().cannot(failure);
    feed.lost();
    later(AGAIN, () -> resync(feed));
  }

  /** Ends a channel once what is under way in it is decided. */
  void close(Feed feed, Promise<Void> promise) {
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

  private void later(long millis, Runnable task) {
    if (closed) {
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

  // Sessions

  @Override
  public void up(RedisLink link, RedisSession session) {
    assess();
    for (Feed feed : List.copyOf(feeds.values())) {
      if (feed.session() == null && feed.isJoined()) {
        resync(feed);
      }
    }
  }

  @Override
  public void down(RedisLink link) {
    assess();
    for (Feed feed : List.copyOf(feeds.values())) {
      RedisSession session = feed.session();
      if (session != null && !session.isOpen()) {
        feed.lost();
      }
    }
  }

  private void assess() {
    String problem = closed ? "the store is closed" : servers.problem();
    if (problem == null) {
      problem = refusal;
    }
    health.accept(problem == null ? StoreHealth.UP : new StoreHealth("Redis: " + problem));
  }

  // Closing

  /**
   * Takes nothing more; completed once all is decided, and let go of.
   *
   * @param last asks for what is asked at the very end
   */
  Future<Void> close(Function<StoreCore, Future<Void>> last) {
    closed = true;
    assess();
    List<Future<Void>> decided = new ArrayList<>();
    for (Feed feed : List.copyOf(feeds.values())) {
      Promise<Void> done = Promise.promise();
      feed.appending().whenDecided(() -> feed.deliveries().then(done::tryComplete));
      decided.add(done.future());
    }
    Context own = vertx.getOrCreateContext();
    Promise<Void> closing = Promise.promise();
    Future.join(decided)
        .transform(done -> last.apply(this))
        .timeout(settings.timeout(), TimeUnit.MILLISECONDS)
        .onComplete(done -> own.runOnContext(now -> letGo(closing)));
    return closing.future();
  }

  private void letGo(Promise<Void> closing) {
    timers.forEach(vertx::cancelTimer);
    for (Feed feed : feeds.values()) {
      feed.appending().giveUp();
      feed.close();
    }
    feeds.clear();
    servers.close();
    closing.complete();
  }

  // What channels need

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
    String others =
        servers.sessions().stream()
            .map(other -> other.info().runId())
            .collect(Collectors.joining(" "));
    return session.info().losesNothingByRestart() ? "* " + others : others;
  }

  @Override
  public String problem(Feed feed) {
    return "Redis: " + servers.problem(feed.keys().logText());
  }

  @Override
  public void refuses(Feed feed, Throwable failure) {
    if (refusal == null) {
      LOG.warning("Redis takes no events: " + RedisErrors.sentence(failure));
      later(settings.pingInterval(), () -> probe(feed));
    }
    refusal = RedisErrors.sentence(failure);
    assess();
    RedisSession session = feed.session();
    if (RedisErrors.isAnswer(failure, "READONLY") && session != null) {
      // Another server may be the master now.
      servers.drop(session);
    }
  }

  /** Whether it takes writes again. */
  private void probe(Feed feed) {
    RedisSession session = servers.session(feed.keys().logText());
    if (session == null) {
      later(settings.pingInterval(), () -> probe(feed));
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
              boolean refused =
                  written.failed()
                      && (RedisErrors.refusesWrites(written.cause())
                          || !RedisErrors.isAnswer(written.cause()));
              if (refused) {
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
    if (settings.mode() != Mode.CLUSTER) {
      LOG.warning("Redis is a cluster: set the mode to cluster");
    }
    servers.moved();
    RedisSession session = feed.session();
    if (session != null) {
      session.unsubscribe(feed.keys().logText());
    }
    feed.lost();
    later(settings.mode() == Mode.CLUSTER ? MOVING : AGAIN, () -> resync(feed));
  }
}
