package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.config.AuthText;
import dev.ssebridge.internal.keys.KeySet;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a set of keys is: a file, or a URL. It is read at the start, by age, and when somebody
 * shows a token of an unknown key; one reading at a time, with a least time between two, no matter
 * who asks for them. Any thread.
 */
final class KeySource {
  private final Home home;
  private final String place;
  private final LongSupplier clock;
  private final Duration refresh;
  private final Duration floor;
  private final Supplier<Future<KeySet>> reader;
  private final @Nullable HttpGet http;
  private final Consumer<KeySet> taker;
  private final ProviderLog log;
  private final boolean hasAuthorities;

  // guarded by this
  private @Nullable Future<Void> reading;
  private Runnable untimed = () -> {};
  private boolean hasBegun;
  private long begunAt;
  private boolean isClosed;
  private List<String> leftOut = List.of();

  // written under this
  private volatile boolean isDown = true;
  private volatile long dueAt = Long.MAX_VALUE;

  /**
   * Reads nothing yet.
   *
   * @param place the file or URL
   * @param clock milliseconds since 1970
   * @param taker gets each set that was read
   */
  KeySource(
      Home home,
      String place,
      AuthProviderConfig.Jwt config,
      LongSupplier clock,
      Consumer<KeySet> taker,
      ProviderLog log) {
    this.home = home;
    this.place = PrintableText.ofUrl(place);
    this.clock = clock;
    this.refresh = config.refresh();
    this.floor = config.floor();
    this.taker = taker;
    this.log = log;
    this.hasAuthorities = config.ca() != null;
    if (AuthText.isUrl(place)) {
      HttpGet get =
          new HttpGet(home, place, config.timeout(), KeySet.MOST_BYTES, 1, 1, config.ca());
      this.http = get;
      this.reader = () -> get.ask(accepted()).map(KeySource::setOf);
    } else {
      this.http = null;
      this.reader =
          () ->
              home.blocking(() -> KeySet.read(place))
                  .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static MultiMap accepted() {
    return MultiMap.caseInsensitiveMultiMap()
        .add("accept", "application/jwk-set+json, application/json");
  }

  private static KeySet setOf(HttpGet.Answer answer) {
    if (answer.status() != 200) {
      throw new UnfitValueException("expected status 200, got " + answer.status());
    }
    if (!answer.isWhole()) {
      throw new UnfitValueException("expected at most " + KeySet.MOST_BYTES + " bytes, got more");
    }
    return KeySet.parse(answer.body(), false);
  }

  /** Whether the last reading has failed, or there was none. */
  boolean isDown() {
    return isDown;
  }

  /** Reads it where it is due by its age. */
  void readIfOld() {
    if (clock.getAsLong() >= dueAt) {
      read();
    }
  }

  /**
   * Reads it, or waits for a read that is on its way.
   *
   * @return completed when it was read or could not be; null where it is too soon for another time
   */
  synchronized @Nullable Future<Void> read() {
    if (reading != null || isClosed) {
      return reading;
    }
    long now = clock.getAsLong();
    if (hasBegun && now - begunAt < floor.toMillis() && now >= begunAt) {
      return null;
    }
    hasBegun = true;
    begunAt = now;
    Future<Void> begun = reader.get().transform(this::done);
    reading = begun;
    begun.onComplete(over -> end());
    return begun;
  }

  private Future<Void> done(AsyncResult<KeySet> read) {
    if (read.succeeded()) {
      KeySet set = read.result();
      tellLeftOut(set);
      taker.accept(set);
      isDown = false;
      log.over("the set of keys is read again from " + place);
    } else {
      isDown = true;
      String why =
          read.cause() instanceof UnfitValueException unfit
              ? String.valueOf(unfit.getMessage())
              : read.cause().getClass().getSimpleName();
      log.trouble(
          "set",
          "the set of keys cannot be read from "
              + place
              + " ("
              + why
              + "); those that are known count, until it can");
    }
    return Future.succeededFuture();
  }

  private void tellLeftOut(KeySet set) {
    synchronized (this) {
      if (set.leftOut().equals(leftOut)) {
        return;
      }
      leftOut = set.leftOut();
    }
    set.leftOut().forEach(each -> log.warn("in the set of " + place + " " + each));
    if (set.keys().isEmpty()) {
      log.warn("the set of " + place + " has no key that can be used, so nobody comes in by it");
    }
  }

  private synchronized void end() {
    reading = null;
    if (isClosed) {
      return;
    }
    long next = Math.max(floor.toMillis(), isDown ? 0 : refresh.toMillis());
    dueAt = begunAt + next;
    schedule(next);
  }

  private synchronized void schedule(long millis) {
    untimed.run();
    untimed =
        home.after(
            millis,
            () -> {
              if (read() == null) {
                again(millis);
              }
            });
  }

  /** The clock is not that of the timer. */
  private synchronized void again(long millis) {
    if (!isClosed) {
      schedule(millis);
    }
  }

  /** Trusts whom the file of authorities says now. */
  void renew() {
    if (http != null && hasAuthorities) {
      http.renew();
    }
  }

  void close() {
    synchronized (this) {
      isClosed = true;
      untimed.run();
    }
    if (http != null) {
      http.close();
    }
  }
}
