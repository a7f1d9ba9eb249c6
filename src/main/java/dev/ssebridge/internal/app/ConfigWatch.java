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

  /** This is in effect from now on. */
  synchronized void follow(Reading reading) {
    FileWatch looking = watch;
    if (reading.config().options().getReload() == ReloadMode.WATCH && !closed) {
      if (looking == null) {
        looking = FileWatch.start(EVERY, onChange);
        watch = looking;
      }
      Set<Path> files = new LinkedHashSet<>(reading.config().files());
      files.addAll(ReferredFiles.of(reading.config().config()));
      looking.files(files, reading.begun());
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
