package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryLease;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who holds what of the stores that have the same histories. Any thread. */
final class MemoryLeases {
  private final long millis;

  // guarded by this
  private final Map<String, Held> holders = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();
  private long tokens;

  private record Held(long token, long until) {}

  MemoryLeases(long millis) {
    this.millis = millis;
  }

  /** A lease as one node has it. */
  Lease of(String name) {
    return new Lease(name);
  }

  private synchronized boolean isHolder(String name, long token) {
    Held held = holders.get(name);
    return held != null && held.token == token && System.nanoTime() - held.until < 0;
  }

  /** The token with which it is held now, 0 where somebody else holds it. */
  private synchronized long take(String name, long token) {
    Held held = holders.get(name);
    boolean isFree = held == null || System.nanoTime() - held.until >= 0;
    boolean goesOn = token > 0 && held != null && held.token == token;
    if (token > 0 ? !goesOn : !isFree) {
      return 0;
    }
    long mine = goesOn ? token : ++tokens;
    holders.put(name, new Held(mine, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis)));
    return mine;
  }

  private synchronized void give(String name, long token) {
    if (isHolder(name, token)) {
      holders.remove(name);
    }
  }

  private synchronized boolean keep(String name, long token, String text) {
    boolean isFine = isHolder(name, token);
    if (isFine) {
      texts.put(name, text);
    }
    return isFine;
  }

  private synchronized @Nullable String textOf(String name) {
    return texts.get(name);
  }

  /** What one node knows of it. */
  final class Lease implements HistoryLease {
    private final String name;
    private volatile long token;
    private volatile long until;

    private Lease(String name) {
      this.name = name;
    }

    /** What an append made now is checked by. */
    long token() {
      return token;
    }

    /** Whether that holds. */
    boolean isOf(long earlier) {
      return isHolder(name, earlier);
    }

    @Override
    public long millis() {
      return millis;
    }

    @Override
    public boolean isHeld() {
      return token > 0 && System.nanoTime() - until < 0;
    }

    @Override
    public Future<Boolean> take() {
      long asked = System.nanoTime();
      return answer(
          () -> {
            token = MemoryLeases.this.take(name, token);
            until = asked + TimeUnit.MILLISECONDS.toNanos(millis);
            return token > 0;
          });
    }

    @Override
    public Future<@Nullable String> value() {
      return answer(() -> textOf(name));
    }

    @Override
    public Future<Void> keep(String text) {
      return Callers.checkKept(text)
          .compose(
              fine ->
                  answer(
                      () -> {
                        if (!MemoryLeases.this.keep(name, token, text)) {
                          throw new IllegalStateException(
                              "the lease is not held, so nothing is kept");
                        }
                        return null;
                      }));
    }

    @Override
    public Future<Void> giveBack() {
      return answer(
          () -> {
            give(name, token);
            token = 0;
            return null;
          });
    }

    private static <T extends @Nullable Object> Future<T> answer(Supplier<T> question) {
      Promise<T> done = Callers.promise();
      try {
        done.complete(question.get());
      } catch (IllegalStateException e) {
        done.fail(e);
      }
      return done.future();
    }
  }
}
