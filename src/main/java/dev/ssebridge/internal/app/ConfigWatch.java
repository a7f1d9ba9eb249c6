package dev.ssebridge.internal.app;

import dev.ssebridge.ReloadMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Watches the files of the configuration that is in effect, while it says so. Any thread. */
final class ConfigWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(500);

  private final Runnable onChange;

  // guarded by this
  private @Nullable FileWatch watch;
  private boolean closed;

  /**
   * @param onChange run for each change, on a thread that may wait
   */
  ConfigWatch(Runnable onChange) {
    this.onChange = onChange;
  }

  /** All files are about to be read: what has changed until now needs no other reload. */
  synchronized void reading() {
    if (watch != null) {
      watch.reading();
    }
  }

  /**
   * This is in effect from now on.
   *
   * @param attempt what was read last, which may have been refused; when a file comes that it
   *     misses, it may be right
   */
  synchronized void follow(Reading running, Reloader.Attempt attempt) {
    FileWatch looking = watch;
    if (running.config().options().getReload() == ReloadMode.WATCH && !closed) {
      if (looking == null) {
        looking = FileWatch.start(EVERY, onChange);
        watch = looking;
      }
      Set<Path> files = new LinkedHashSet<>(running.config().files());
      files.addAll(ReferredFiles.of(running.config().config()));
      files.addAll(attempt.files());
      looking.files(files, attempt.begun());
    } else if (looking != null) {
      looking.close();
      watch = null;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (watch != null) {
      watch.close();
    }
  }
}
