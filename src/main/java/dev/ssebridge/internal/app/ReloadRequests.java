package dev.ssebridge.internal.app;

import java.time.Duration;
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
  private @Nullable Runnable reload;
  private boolean wanted;
  private boolean running;
  private boolean closed;

  /** Asks for a reload, and does not wait for it. */
  synchronized void request() {
    wanted = true;
    runIfWanted();
  }

  /**
   * The program has started.
   *
   * @param action reloads; may block, is run on a thread of its own
   */
  synchronized void begin(Runnable action) {
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
    for (Runnable next = next(); next != null; next = next()) {
      try {
        next.run();
      } catch (RuntimeException | Error failed) {
        LOG.log(Level.SEVERE, "the configuration could not be read again", failed);
      }
    }
  }

  private synchronized @Nullable Runnable next() {
    if (wanted && !closed) {
      wanted = false;
      return reload;
    }
    running = false;
    notifyAll();
    return null;
  }

  /** No more reloads; waits, for a limited time, for the one that runs. */
  synchronized void close(Duration limit) {
    closed = true;
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toMillis(); running && left > 0; ) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
