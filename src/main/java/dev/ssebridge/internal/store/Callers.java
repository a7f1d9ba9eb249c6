package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoredEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.List;

/** What every store owes to those who call it. */
public final class Callers {
  private static final int LONGEST_NAME = 1024;
  private static final int LONGEST_KEPT = 4096;

  private Callers() {}

  /**
   * A promise whose listeners run on the context of the caller, or where it is completed if the
   * caller has none.
   */
  public static <T> Promise<T> promise() {
    return Vertx.currentContext() instanceof ContextInternal context
        ? context.promise()
        : Promise.promise();
  }

  /**
   * The context on which a follower is to be told, which is that of the caller.
   *
   * @throws IllegalStateException where it is none of an event loop
   */
  public static Context ofFollower() {
    Context context = Vertx.currentContext();
    if (context == null || !context.isEventLoopContext()) {
      throw new IllegalStateException(
          "expected to be called on the context of an event loop, which its follower is told on; got "
              + (context == null ? "none" : "one of other threads"));
    }
    return context;
  }

  /** Completed where a channel may have this name, failed otherwise. */
  public static Future<Void> checkName(String name) {
    return name.isEmpty() || name.length() > LONGEST_NAME
        ? Future.failedFuture(
            new IllegalArgumentException(
                "name of a channel: expected 1 to 1,024 characters, got " + name.length()))
        : Future.succeededFuture();
  }

  /** Completed where a lease may carry this text, failed otherwise. */
  public static Future<Void> checkKept(String text) {
    return text.length() > LONGEST_KEPT
        ? Future.failedFuture(
            new IllegalArgumentException(
                "text of a lease: expected at most 4,096 characters, got " + text.length()))
        : Future.succeededFuture();
  }

  /** Completed where this number of events can be appended at once, failed otherwise. */
  public static Future<Void> checkEvents(List<StoredEvent> events) {
    return events.isEmpty() || events.size() > HistoryStore.MOST_EVENTS
        ? Future.failedFuture(
            new IllegalArgumentException(
                "append: expected 1 to 1,024 events, got " + events.size()))
        : Future.succeededFuture();
  }
}
