package dev.ssebridge.internal.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;

/**
 * Work that keeps a processor busy for a while, on workers. How much of it runs at once is limited,
 * and how much may wait, in its order. Any thread.
 */
final class WorkLimit {
  private final Home home;
  private final int atOnce;
  private final int mostWaiting;

  // guarded by this
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int running;

  WorkLimit(Home home, int atOnce, int mostWaiting) {
    this.home = home;
    this.atOnce = atOnce;
    this.mostWaiting = mostWaiting;
  }

  /**
   * Does it, now or when its turn comes.
   *
   * @return failed with an {@link AuthFailure} where too much waits already
   */
  <T> Future<T> run(Callable<T> work) {
    Promise<T> promise = Promise.promise();
    Runnable start =
        () ->
            home.blocking(work)
                .onComplete(
                    done -> {
                      startNext();
                      promise.handle(done);
                    });
    synchronized (this) {
      if (running >= atOnce) {
        if (waiting.size() >= mostWaiting) {
          return Future.failedFuture(
              new AuthFailure(
                  AuthFailure.Kind.UNAVAILABLE,
                  "too many are being found out about; try again later"));
        }
        waiting.addLast(start);
        return promise.future();
      }
      running++;
    }
    start.run();
    return promise.future();
  }

  private void startNext() {
    Runnable next;
    synchronized (this) {
      next = waiting.pollFirst();
      if (next == null) {
        running--;
      }
    }
    if (next != null) {
      next.run();
    }
  }
}
