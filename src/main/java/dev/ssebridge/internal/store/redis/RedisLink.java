package dev.ssebridge.internal.store.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a session with one server, or with the one that is the master now: connects, notices that
 * it is silent or a master no more, and connects again. On the context of the store.
 */
final class RedisLink {
  private static final Logger LOG = Logger.getLogger(RedisLink.class.getName());
  private static final long SHORTEST_WAIT = 50;
  private static final long LONGEST_WAIT = 2_000;

  /** Is told of sessions. */
  interface Listener {
    void up(RedisLink link, RedisSession session);

    void down(RedisLink link);
  }

  private final Vertx vertx;
  private final RedisStoreSettings settings;
  private final Supplier<Future<RedisSession>> connector;
  private final Listener listener;
  private final Promise<Void> tried = Promise.promise();
  private final Queue<Long> pings = new ArrayDeque<>();

  private @Nullable RedisSession session;
  private String problem = "not connected yet";
  private String said = "";
  private int failures;
  private boolean closed;
  private long timer = -1;

  /**
   * @param connector makes a session; fails with what is wrong
   */
  RedisLink(
      Vertx vertx,
      RedisStoreSettings settings,
      Supplier<Future<RedisSession>> connector,
      Listener listener) {
    this.vertx = vertx;
    this.settings = settings;
    this.connector = connector;
    this.listener = listener;
  }

  /** Begins; completed once the first attempt is over, well or not. */
  Future<Void> start() {
    connect();
    return tried.future();
  }

  @Nullable RedisSession session() {
    return session;
  }

  /** Why there is no session. */
  String problem() {
    return problem;
  }

  private void connect() {
    timer = -1;
    connector
        .get()
        .onComplete(
            opened -> {
              if (opened.succeeded()) {
                opened(opened.result());
              } else {
                failed(RedisErrors.sentence(opened.cause()));
                listener.down(this); // it may be for another reason now
              }
              tried.tryComplete();
            });
  }

  private void opened(RedisSession opened) {
    if (closed) {
      opened.close("the store is closed");
      return;
    }
    if (!opened.isOpen()) {
      failed(opened.reason());
      return;
    }
    String warning = opened.info().warning();
    if (warning != null) {
      LOG.warning("Redis: " + warning);
    }
    if (!said.isEmpty()) {
      LOG.info("Redis is back");
      said = "";
    }
    session = opened;
    pings.clear();
    long began = settings.clock().getAsLong();
    long ticks = vertx.setPeriodic(settings.pingInterval(), tick -> ping(opened));
    opened.onEnd(
        () -> {
          vertx.cancelTimer(ticks);
          if (session == opened) {
            session = null;
            if (settings.clock().getAsLong() - began > LONGEST_WAIT) {
              failures = 0;
            }
            if (!closed) {
              failed(opened.reason());
              listener.down(this);
            }
          }
        });
    if (session == opened) {
      listener.up(this, opened);
    }
  }

  private void ping(RedisSession of) {
    Long oldest = pings.peek();
    long now = System.nanoTime();
    if (oldest != null && now - oldest > TimeUnit.MILLISECONDS.toNanos(settings.timeout())) {
      of.close("it has not answered for " + settings.timeout() + " ms");
      return;
    }
    pings.add(now);
    of.ping()
        .onComplete(
            pong -> {
              if (pong.succeeded() || isPong(pong.cause())) {
                pings.poll();
              }
              if (pong.succeeded() && !pong.result() && of.info().isMaster()) {
                of.close("it is a replica now");
              }
            });
  }

  /** Who may not ask is answered all the same; a server that is busy with one script is not. */
  private static boolean isPong(Throwable answer) {
    return RedisErrors.isAnswer(answer) && !RedisErrors.isAnswer(answer, "BUSY");
  }

  private void failed(String why) {
    if (closed) {
      return;
    }
    problem = why;
    if (!said.equals(why)) {
      said = why;
      LOG.warning("Redis cannot be used: " + why);
    }
    double chance = 0.5 + settings.random().nextDouble();
    long wait = Math.min(LONGEST_WAIT, SHORTEST_WAIT << Math.min(failures, 10));
    failures++;
    timer = vertx.setTimer(Math.max(1, (long) (wait * chance)), again -> connect());
  }

  /** Does nothing more. */
  void close() {
    closed = true;
    problem = "the store is closed";
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
    if (session != null) {
      session.close("the store is closed");
    }
    tried.tryComplete();
  }
}
