package dev.ssebridge.internal.app;

import dev.ssebridge.internal.http.BadRequestException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the configuration to be read again. However often that is asked for, at most one reload
 * runs and one waits; what is asked for during the start waits for its end. Any thread.
 */
final class ReloadRequests {
  private static final Logger LOG = Logger.getLogger(ReloadRequests.class.getName());

  // guarded by this
  private @Nullable Supplier<JsonObject> reload;
  private boolean wanted;

  /** Those who wait for the result of the reload that runs. */
  private CompletableFuture<JsonObject> now = new CompletableFuture<>();

  /** Those who wait for the result of the next one. */
  private CompletableFuture<JsonObject> next = new CompletableFuture<>();

  private boolean running;
  private boolean closed;

  /** Asks for a reload, and does not wait for it. */
  synchronized void request() {
    wanted = true;
    runIfWanted();
  }

  /**
   * Asks for a reload that begins after this.
   *
   * @return what it says; fails where there are no more
   */
  synchronized CompletableFuture<JsonObject> ask() {
    if (closed) {
      return CompletableFuture.failedFuture(stopping());
    }
    wanted = true;
    CompletableFuture<JsonObject> asked = next;
    runIfWanted();
    return asked;
  }

  private static BadRequestException stopping() {
    return new BadRequestException(503, "the program is being stopped");
  }

  /**
   * The program has started.
   *
   * @param action reloads, and says what it did; may block, is run on a thread of its own
   */
  synchronized void begin(Supplier<JsonObject> action) {
    reload = action;
    runIfWanted();
  }

  private void runIfWanted() {
    if (wanted && !running && !closed && reload != null) {
      Thread thread = new Thread(this::run, "reload");
      thread.setDaemon(true);
      thread.start();
      running = true;
    }
  }

  private void run() {
    for (Turn turn = next(); turn != null; turn = next()) {
      try {
        turn.asked().complete(turn.reload().get());
      } catch (RuntimeException | Error failed) {
        LOG.log(Level.SEVERE, "the configuration could not be read again", failed);
        turn.asked().completeExceptionally(failed);
      }
    }
  }

  /** One reload, and who waits for what it says. */
  private record Turn(Supplier<JsonObject> reload, CompletableFuture<JsonObject> asked) {}

  private synchronized @Nullable Turn next() {
    Supplier<JsonObject> action = reload;
    if (wanted && !closed && action != null) {
      wanted = false;
      Turn turn = new Turn(action, next);
      now = next;
      next = new CompletableFuture<>();
      return turn;
    }
    running = false;
    notifyAll();
    return null;
  }

  /** No more reloads; waits, for a limited time, for the one that runs. */
  synchronized void close(Duration limit) {
    closed = true;
    next.completeExceptionally(stopping());
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toMillis(); running && left > 0; ) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    now.completeExceptionally(stopping()); // it may never end
  }
}
