package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.bus.Hub;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How fast the messages of one body may be published: as fast as they reach the logs that their
 * address feeds, and no faster than the limits of rates permit. Any thread; tasks are run on any.
 *
 * @param hub where they wait
 * @param address on the event bus
 * @param rate that it is held to
 * @param isStored whether a store is behind a log that the address feeds
 */
record Pace(Vertx vertx, Hub hub, String address, PublishRate rate, boolean isStored) {
  /** How long a store may take; nobody is told what becomes of a message after that. */
  static final long STORE_MILLIS = 10_000;

  /** Bytes, of the shortest messages a handful. */
  private static final int SMALL_PIECE = 16;

  /** Milliseconds after which it is looked again: another rate may be configured. */
  private static final long LONGEST_WAIT = 1000;

  /** Why a store takes nothing now; {@code null} where it does. */
  @Nullable String storeProblem() {
    return isStored ? hub.storeProblem(address) : null;
  }

  /** The most bytes that are published before it is asked again. */
  int piece() {
    return rate.isTight() ? SMALL_PIECE : Reading.PIECE;
  }

  /** Whether the next message shall wait. */
  boolean isBusy() {
    return rate.waitMillis() > 0 || hub.isBusy(address);
  }

  /** Runs a task when that is no longer so; it may be so again. */
  void whenQuiet(Runnable task) {
    long millis = rate.waitMillis();
    if (millis > 0) {
      vertx.setTimer(Math.min(millis, LONGEST_WAIT), id -> task.run());
    } else if (isStored) {
      // A store may be down for long: it is looked again, too.
      Promise<Void> quiet = Promise.promise();
      hub.whenQuiet(address, quiet::tryComplete);
      quiet.future().timeout(LONGEST_WAIT, TimeUnit.MILLISECONDS).onComplete(either -> task.run());
    } else {
      hub.whenQuiet(address, task);
    }
  }

  /** Counts messages that were published. */
  void published(long messages) {
    rate.charge(messages);
  }

  /**
   * Completed once whatever was published before has reached the logs; fails where a store has not
   * answered within {@value #STORE_MILLIS} ms.
   */
  Future<Void> appended() {
    Promise<Void> appended = Promise.promise();
    hub.fence(address).accept(appended::tryComplete);
    Future<Void> future = appended.future();
    return isStored ? future.timeout(STORE_MILLIS, TimeUnit.MILLISECONDS) : future;
  }
}
