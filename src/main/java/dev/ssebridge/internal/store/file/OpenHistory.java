package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.store.Arrivals;
import dev.ssebridge.internal.store.Callers;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** A channel that is open. Any thread; the follower on its own. */
final class OpenHistory implements HistoryStore.Channel {
  /** Nobody's heap has room for more at once. */
  private static final long LARGEST_APPEND = 512L * 1024 * 1024;

  private final Context context;
  private final HistoryStore.Follower follower;
  private final JournalWriter writer;
  private final Executor readers;
  private volatile FileHistory history;
  private volatile String epoch;
  private volatile long head;
  private volatile boolean closed;

  OpenHistory(
      FileHistory history,
      Context context,
      HistoryStore.Follower follower,
      JournalWriter writer,
      Executor readers) {
    this.history = history;
    this.context = context;
    this.follower = follower;
    this.writer = writer;
    this.readers = readers;
    epoch = history.epoch();
    head = history.head();
  }

  FileHistory history() {
    return history;
  }

  // The writer's

  /** Tells the follower, and then runs the task; on the context of the follower. */
  void tell(Arrivals arrivals, Runnable then) {
    context.runOnContext(
        now -> {
          try {
            if (!closed && !arrivals.fresh().isEmpty()) {
              head = arrivals.head();
              follower.appended(arrivals.first(), arrivals.fresh());
            }
          } finally {
            then.run();
          }
        });
  }

  /** What it was is no more; this is what is there now. */
  void moveTo(FileHistory other) {
    String now = other.epoch();
    long at = other.head();
    // Before anything is read or written of the other one, and told.
    context.runOnContext(
        told -> {
          if (!now.equals(epoch)) {
            epoch = now;
            head = at;
            if (!closed) {
              follower.restarted(now, at);
            }
          }
        });
    history = other;
  }

  void onContext(Runnable task) {
    context.runOnContext(now -> task.run());
  }

  // The channel

  @Override
  public String epoch() {
    return epoch;
  }

  @Override
  public long head() {
    return head;
  }

  @Override
  public long oldest() {
    return Math.min(history.oldest(), head + 1);
  }

  @Override
  public Future<StoreReceipt> append(List<StoredEvent> events) {
    Promise<StoreReceipt> done = Callers.promise();
    Future<Void> sound = closed ? Future.failedFuture(closedAlready()) : check(events);
    if (sound.failed()) {
      done.fail(sound.cause());
    } else {
      writer.submit(new AppendStep(this, List.copyOf(events), done));
    }
    return done.future();
  }

  private static Future<Void> check(List<StoredEvent> events) {
    long bytes = events.stream().mapToLong(event -> event.frame().length).sum();
    return bytes > LARGEST_APPEND
        ? Future.failedFuture(
            new IllegalArgumentException(
                "append: expected at most 512MiB of frames, got " + bytes + " bytes"))
        : Callers.checkEvents(events);
  }

  @Override
  public Future<StoredStretch> read(String of, long from, long mostBytes) {
    return ask(
        () -> {
          FileHistory now = history;
          if (!of.equals(now.epoch())) {
            throw new IllegalStateException("expected epoch " + now.epoch() + ", got " + of);
          }
          return new HistoryReader(now).read(from, head, mostBytes);
        });
  }

  @Override
  public Future<StoredStretch> readNewest(long mostEvents, long mostBytes) {
    return ask(() -> new HistoryReader(history).readNewest(head, mostEvents, mostBytes));
  }

  @Override
  public Future<Long> firstSince(long time) {
    return ask(() -> new HistoryReader(history).firstSince(time, head));
  }

  private <T> Future<T> ask(Question<T> question) {
    Promise<T> done = Callers.promise();
    if (closed) {
      done.fail(closedAlready());
      return done.future();
    }
    try {
      readers.execute(
          () -> {
            try {
              T answer = question.ask();
              context.runOnContext(now -> done.complete(answer));
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
              context.runOnContext(now -> done.fail(e));
            }
          });
    } catch (RejectedExecutionException e) {
      done.fail(new IllegalStateException("too many reads of the history wait for the disk", e));
    }
    return done.future();
  }

  @Override
  public void retain(HistoryRetention retention) {
    if (!closed) {
      writer.submit(new RetainStep(this, retention));
    }
  }

  @Override
  public Future<Void> close() {
    Promise<Void> done = Callers.promise();
    closed = true;
    writer.submit(new CloseStep(this, done));
    return done.future();
  }

  /** The store is closed. */
  void ended() {
    closed = true;
  }

  private static IllegalStateException closedAlready() {
    return new IllegalStateException("the channel is closed");
  }

  /** What is asked. */
  private interface Question<T> {
    T ask() throws IOException;
  }
}
