package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.bus.Hub;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How fast the messages of one body may be published: as fast as they reach the logs that their
 * address feeds, and no faster than the limits of rates permit. Any thread; tasks are run on any.
 *
 * @param hub where they wait
 * @param address on the event bus
 * @param rate that it is held to
 */
record Pace(Vertx vertx, Hub hub, String address, PublishRate rate) {
  /** Bytes, of the shortest messages a handful. */
  private static final int SMALL_PIECE = 16;

  /** Milliseconds after which it is looked again: another rate may be configured. */
  private static final long LONGEST_WAIT = 1000;

  /** Whether a store is to take it. */
  boolean isStored() {
    return hub.isStored(address);
  }

  /** Why a store takes nothing now; {@code null} where it does. */
  @Nullable String storeProblem() {
    return hub.storeProblem(address);
  }

  /** So many bytes at most are published before it is asked again. */
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
    } else if (isStored()) {
      // A store may be down for long: it is looked again, too.
      AtomicBoolean run = new AtomicBoolean();
      Runnable once =
          () -> {
            if (run.compareAndSet(false, true)) {
              task.run();
            }
          };
      long timer = vertx.setTimer(LONGEST_WAIT, id -> once.run());
      hub.whenQuiet(
          address,
          () -> {
            vertx.cancelTimer(timer);
            once.run();
          });
    } else {
      hub.whenQuiet(address, task);
    }
  }

  /** Counts messages that were published. */
  void published(long messages) {
    rate.charge(messages);
  }

  /** Runs a task once whatever was published before has reached the logs. */
  void whenAppended(Runnable task) {
    hub.fence(address).accept(task);
  }
}
