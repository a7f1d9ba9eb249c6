package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Something that one node has at a time, until it gives it back or is not heard of for a while. It
 * is fenced where its token is checked by what it protects, as {@link RedisChannel#fence} does: a
 * node that slept may believe that it still has it. From any thread.
 */
public final class RedisLease {
  private final RedisHistoryStore store;
  private final String key;
  private final String token;
  private final long millis;

  private volatile boolean held;
  private volatile long until;
  private volatile Runnable onLost = () -> {};
  private long timer = -1;

  RedisLease(RedisHistoryStore store, String key, long millis) {
    if (millis < 3) {
      throw new IllegalArgumentException("lease: expected 3 ms or more, got " + millis);
    }
    this.store = store;
    this.key = key;
    this.token = store.tokens().next();
    this.millis = millis;
  }

  /** What names the holder. */
  String token() {
    return token;
  }

  /** Whether it is held, by this node's clock. */
  public boolean isHeld() {
    return held && System.nanoTime() - until < 0;
  }

  /** Called on the store's context, each time that it is lost without having been given back. */
  public void onLost(Runnable handler) {
    onLost = handler;
  }

  /**
   * Takes it if nobody has it; then it is renewed until it is lost or given back.
   *
   * @return whether it is held now; fails where Redis cannot be asked
   */
  public Future<Boolean> take() {
    long sent = System.nanoTime();
    return store
        .ask(
            key,
            session ->
                session
                    .send(
                        Request.cmd(Command.SET)
                            .arg(key.getBytes(UTF_8))
                            .arg(token)
                            .arg("NX")
                            .arg("PX")
                            .arg(millis))
                    .compose(
                        taken ->
                            taken != null
                                ? Future.succeededFuture(true)
                                : goOn(session, Long.toString(millis))))
        .map(
            taken -> {
              store.run(() -> taken(taken, sent));
              return taken;
            });
  }

  private Future<Boolean> goOn(RedisSession session, String forMillis) {
    return Script.LEASE
        .run(
            session,
            List.of(key.getBytes(UTF_8)),
            List.of(token.getBytes(US_ASCII), forMillis.getBytes(US_ASCII)))
        .map(answer -> answer.toInteger() == 1);
  }

  private void taken(boolean taken, long sent) {
    if (!taken) {
      lost();
      return;
    }
    until = sent + TimeUnit.MILLISECONDS.toNanos(millis);
    held = true;
    if (timer < 0) {
      timer = store.vertx().setPeriodic(Math.max(1, millis / 3), tick -> renew());
    }
  }

  private void renew() {
    if (!held) {
      return;
    }
    if (!isHeld()) {
      lost();
      return;
    }
    long sent = System.nanoTime();
    store
        .ask(key, session -> goOn(session, Long.toString(millis)))
        .onSuccess(
            mine -> {
              if (mine && held) {
                until = sent + TimeUnit.MILLISECONDS.toNanos(millis);
              } else {
                lost();
              }
            });
  }

  private void lost() {
    stop();
    if (held) {
      held = false;
      onLost.run();
    }
  }

  private void stop() {
    if (timer >= 0) {
      store.vertx().cancelTimer(timer);
      timer = -1;
    }
  }

  /** Lets another node have it. */
  public Future<Void> giveBack() {
    store.run(
        () -> {
          stop();
          held = false;
        });
    return store.ask(key, session -> goOn(session, "0")).mapEmpty();
  }
}
