package dev.ssebridge.internal.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the newest position, one write at a time and not too often. A failed write is tried again.
 * Only on the context.
 */
final class Cursor {
  private static final System.Logger LOG = System.getLogger(Cursor.class.getName());
  private static final long AFTER_FAILURE = 1000;

  private final Function<String, Future<Void>> store;
  private final Loop loop;
  private final long every;
  private final SourceCounters counters;

  private @Nullable String newest;
  private @Nullable String kept;
  private Loop.@Nullable Timer timer;
  private @Nullable Future<Void> writing;
  private long nextAt;
  private boolean ending;

  /**
   * @param store writes a position
   * @param every milliseconds between two writes
   */
  Cursor(Function<String, Future<Void>> store, Loop loop, long every, SourceCounters counters) {
    this.store = store;
    this.loop = loop;
    this.every = every;
    this.counters = counters;
    this.nextAt = loop.now();
  }

  /** A cursor that keeps nothing. */
  static Cursor none(Loop loop) {
    return new Cursor(
        id -> Future.succeededFuture(), loop, Long.MAX_VALUE / 4, new SourceCounters());
  }

  /** The source has come this far. */
  void commit(String id) {
    newest = id;
    schedule();
  }

  /** How far the source has come, or null where it has not come anywhere yet. */
  @Nullable String newest() {
    return newest;
  }

  private void schedule() {
    if (!ending && timer == null && writing == null && newest != null && !newest.equals(kept)) {
      long wait = Math.max(0, nextAt - loop.now());
      if (wait == 0) {
        write();
      } else {
        timer =
            loop.after(
                wait,
                () -> {
                  timer = null;
                  write();
                });
      }
    }
  }

  private Future<Void> write() {
    String id = newest;
    if (id == null || id.equals(kept)) {
      return Future.succeededFuture();
    }
    nextAt = loop.now() + every;
    Promise<Void> done = Promise.promise();
    writing = done.future();
    store
        .apply(id)
        .onComplete(
            written ->
                loop.execute(
                    () -> {
                      writing = null;
                      kept = id;
                      counters.cursorWrites.add(1);
                      done.complete();
                      schedule();
                    }),
            failure ->
                loop.execute(
                    () -> {
                      writing = null;
                      nextAt = Math.max(nextAt, loop.now() + AFTER_FAILURE);
                      counters.cursorFailures.add(1);
                      LOG.log(System.Logger.Level.WARNING, "cursor not kept: " + failure);
                      done.fail(failure);
                      schedule();
                    }));
    return done.future();
  }

  /**
   * Writes the newest position now, for the last time: a caller that is told of a failure gives the
   * file back, and it is no longer ours. Completes when it is kept.
   */
  Future<Void> flush() {
    ending = true;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    Future<Void> before = writing;
    return before == null ? write() : before.transform(result -> flush());
  }
}
