package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.store.Callers;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreHealth;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps histories in the files of one directory, so that they outlive the process. One store at a
 * time has a directory. What it writes is in files that only the owner may read.
 *
 * <p>An append is completed when the operating system has it, so that a process which is killed
 * loses nothing; when the disk has it, is a {@linkplain Fsync setting}. After a loss of power that
 * may have cost events, all channels go on under other epochs.
 */
public final class FileHistoryStore implements HistoryStore {
  private static final int READERS = 2;
  private static final int WAITING_READS = 10_000;
  private static final long CLOSE_MILLIS = 15_000;

  private final Vertx vertx;
  private final JournalWriter writer;
  private final ThreadPoolExecutor readers;
  private final Promise<Void> started = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private final AtomicBoolean running = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** A store that is not started. */
  public FileHistoryStore(Vertx vertx, FileStoreSettings settings) {
    this(vertx, settings, Surroundings.REAL);
  }

  FileHistoryStore(Vertx vertx, FileStoreSettings settings, Surroundings surroundings) {
    this.vertx = vertx;
    writer =
        new JournalWriter(settings, surroundings, () -> complete(started), () -> complete(ended));
    readers =
        new ThreadPoolExecutor(
            READERS,
            READERS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_READS),
            task -> thread(task, "sse-history-read"));
    readers.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable task, String name) {
    Thread made = new Thread(task, name);
    made.setDaemon(true);
    return made;
  }

  /** Not on the writer's thread, which others' listeners must not hold up. */
  private void complete(Promise<Void> promise) {
    vertx.runOnContext(now -> promise.complete());
  }

  @Override
  public Future<Void> start() {
    Promise<Void> done = Callers.promise();
    if (closed.get() || !running.compareAndSet(false, true)) {
      done.fail(new IllegalStateException("the store was started or closed before"));
      return done.future();
    }
    started.future().onComplete(done);
    thread(writer, "sse-history-write").start();
    return done.future();
  }

  @Override
  public Future<Channel> open(String name, HistoryRetention retention, Follower follower) {
    Promise<Channel> done = Callers.promise();
    Future<Void> sound = Callers.checkName(name);
    if (sound.failed()) {
      done.fail(sound.cause());
      return done.future();
    }
    if (!running.get() || closed.get()) {
      done.fail(new IllegalStateException("the store is not started, or closed"));
      return done.future();
    }
    try {
      Context context = Callers.ofFollower();
      writer.submit(
          new OpenStep(
              name,
              retention,
              context,
              done,
              history -> new OpenHistory(history, context, follower, writer, readers)));
    } catch (IllegalStateException e) {
      done.fail(e);
    }
    return done.future();
  }

  @Override
  public StoreHealth health() {
    return closed.get() ? new StoreHealth("it is closed") : writer.health();
  }

  /** How many bytes of the disk its segments take. */
  public long bytes() {
    return writer.bytes();
  }

  /** How many events went before their time, because the store has no room for more. */
  public long evictedForSpace() {
    return writer.evictedForSpace();
  }

  /**
   * Writes all it was given, and lets go of the directory. Where the disk does not answer, the
   * future fails after 15 s.
   */
  @Override
  public Future<Void> close() {
    Promise<Void> done = Callers.promise();
    if (!running.get()) {
      closed.set(true);
      done.complete();
      return done.future();
    }
    if (closed.compareAndSet(false, true)) {
      writer.close();
    }
    ended
        .future()
        .timeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS)
        .onComplete(
            result -> {
              readers.shutdown();
              done.handle(result);
            });
    return done.future();
  }
}
