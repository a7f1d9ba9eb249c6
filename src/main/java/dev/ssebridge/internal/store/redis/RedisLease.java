package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.store.Callers;
import dev.ssebridge.spi.HistoryLease;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A key that has the token of the holder of the lease, and expires unless he goes on with it. From
 * any thread.
 */
public final class RedisLease implements HistoryLease {
  private final RedisHistoryStore store;
  private final String key;
  private final String text;
  private final long millis;
  private final long keepMillis;

  /**
   * Of each time that it is held another one, so that what is left of an earlier time is fenced.
   */
  private volatile String token;

  private volatile boolean held;
  private volatile long until;

  /**
   * @param text the key of what goes from holder to holder, in the same slot
   * @param keepMillis how long that is kept, 0 for ever
   */
  RedisLease(RedisHistoryStore store, String key, String text, long millis, long keepMillis) {
    this.store = store;
    this.key = key;
    this.text = text;
    this.token = store.tokens().next();
    this.millis = millis;
    this.keepMillis = keepMillis;
  }

  /** What names the holder. */
  String token() {
    return token;
  }

  @Override
  public long millis() {
    return millis;
  }

  @Override
  public boolean isHeld() {
    return held && System.nanoTime() - until < 0;
  }

  @Override
  public Future<Boolean> take() {
    long sent = System.nanoTime();
    return store
        .ask(key, this::takeIn)
        .map(
            taken -> {
              until = sent + TimeUnit.MILLISECONDS.toNanos(millis);
              held = taken;
              store.hold(this, taken);
              return taken;
            });
  }

  /**
   * As long as it goes on nobody else has had it; so what was lost is not taken in the same call.
   */
  private Future<Boolean> takeIn(RedisSession session) {
    return held ? goOn(session) : begin(session);
  }

  private Future<Boolean> begin(RedisSession session) {
    token = store.tokens().next();
    return session
        .send(
            Request.cmd(Command.SET)
                .arg(key.getBytes(UTF_8))
                .arg(token)
                .arg("NX")
                .arg("PX")
                .arg(millis))
        .map(taken -> taken != null);
  }

  private Future<Boolean> goOn(RedisSession session) {
    return run(session, "take", Long.toString(millis));
  }

  private Future<Boolean> run(RedisSession session, String what, String argument) {
    return Script.LEASE
        .run(
            session,
            List.of(key.getBytes(UTF_8), text.getBytes(UTF_8)),
            List.of(
                token.getBytes(US_ASCII),
                what.getBytes(US_ASCII),
                argument.getBytes(UTF_8),
                Long.toString(keepMillis).getBytes(US_ASCII)))
        .map(answer -> answer.toInteger() == 1);
  }

  @Override
  public Future<@Nullable String> value() {
    return store
        .ask(key, session -> session.send(Request.cmd(Command.GET).arg(text.getBytes(UTF_8))))
        .map(answer -> answer == null ? null : answer.toString(UTF_8));
  }

  @Override
  public Future<Void> keep(String value) {
    return Callers.checkKept(value)
        .compose(fine -> store.ask(key, session -> run(session, "keep", value)))
        .compose(
            kept ->
                kept
                    ? Future.succeededFuture()
                    : Future.failedFuture("the lease is not held, so nothing is kept"));
  }

  @Override
  public Future<Void> giveBack() {
    held = false;
    store.hold(this, false);
    return store.ask(key, session -> run(session, "give", "")).mapEmpty();
  }

  /** The same for a store that is being closed. */
  Future<Void> giveBackOn(RedisSession session) {
    held = false;
    return run(session, "give", "").mapEmpty();
  }

  String key() {
    return key;
  }
}
