package dev.ssebridge.internal.store.file;

import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens a channel; a new one stands in the journal before it is open. */
final class OpenStep implements Step {
  private final String name;
  private final HistoryRetention retention;
  private final Context context;
  private final Promise<HistoryStore.Channel> promise;
  private final Function<FileHistory, OpenHistory> opening;
  private @Nullable Journal journal;
  private @Nullable FileHistory history;
  private boolean isNew;

  OpenStep(
      String name,
      HistoryRetention retention,
      Context context,
      Promise<HistoryStore.Channel> promise,
      Function<FileHistory, OpenHistory> opening) {
    this.name = name;
    this.retention = retention;
    this.context = context;
    this.promise = promise;
    this.opening = opening;
  }

  @Override
  public void stage(Journal in) {
    FileHistory there = in.histories().get(name);
    if (there != null && there.open() != null) {
      throw new IllegalStateException("the channel " + name + " is open already");
    }
    isNew = there == null;
    FileHistory of = there == null ? in.histories().create(name, retention) : there;
    if (isNew || !of.retention().equals(retention)) {
      of.retain(retention, in.now());
      write(of, in);
    } else {
      of.trim(in.now());
    }
    of.open(opening.apply(of));
    history = of;
    journal = in;
  }

  static void write(FileHistory history, Journal in) {
    try {
      history.record().write(in.staging(), in.current().salt());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void done() {
    OpenHistory open = history == null ? null : history.open();
    context.runOnContext(now -> promise.complete(open));
  }

  @Override
  public void failed(Throwable cause) {
    FileHistory of = history;
    if (of != null && journal != null) {
      of.open(null);
      if (isNew) {
        journal.histories().forget(of);
      }
    }
    context.runOnContext(now -> promise.fail(cause));
  }
}
