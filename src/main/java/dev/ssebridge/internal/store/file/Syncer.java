package dev.ssebridge.internal.store.file;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Forces files onto the disk now and then, on a thread of its own: it may take long, and nobody
 * waits for it. Called by the writer.
 */
final class Syncer implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final Duration interval;
  private final Consumer<IOException> onFailure;
  private final ScheduledThreadPoolExecutor thread;

  // Under the lock of this.
  private Disk.@Nullable Output written;

  /**
   * @param onFailure told on its thread
   */
  Syncer(Duration interval, Consumer<IOException> onFailure) {
    this.interval = interval;
    this.onFailure = onFailure;
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "sse-history-sync");
              made.setDaemon(true);
              return made;
            });
  }

  /** This was written to, and is forced after the interval. */
  @SuppressWarnings("FutureReturnValueIgnored") // it tells of its failure itself
  synchronized void written(Disk.Output output) {
    if (written == null) {
      written = output;
      thread.schedule(this::force, interval.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void force() {
    Disk.Output output;
    synchronized (this) {
      output = written;
      written = null;
    }
    if (output != null) {
      try {
        output.force();
      } catch (IOException e) {
        onFailure.accept(e);
      }
    }
  }

  /** Nothing more is written to this. */
  synchronized void seal(Disk.Output output, boolean neverForce) {
    if (written == output) {
      written = null;
    }
    thread.execute(
        () -> {
          try (output) {
            if (!neverForce) {
              output.force();
            }
          } catch (IOException e) {
            onFailure.accept(e);
          }
        });
  }

  /** Returns when what was sealed is on the disk, or after some patience. */
  void flush() {
    try {
      thread.submit(() -> {}).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      onFailure.accept(new IOException("the disk does not answer", e));
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
