package dev.ssebridge.internal.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks from time to time whether files have changed: written to, replaced by another, led to
 * another by a link on their way (as Kubernetes does), there or gone. Looking works on every file
 * system, where the notices of an operating system do not. Looks on a thread of its own.
 */
final class FileWatch implements AutoCloseable {
  /** The most files that are watched. */
  static final int MOST = 1000;

  private static final Logger LOG = Logger.getLogger(FileWatch.class.getName());

  /** The time of a file is that of the kernel's last tick, so it may lie before the clock's. */
  private static final Duration TICK = Duration.ofMillis(20);

  private final Duration every;
  private final Runnable onChange;

  // guarded by this
  private Map<Path, Stamp> known = new HashMap<>();
  private @Nullable Map<Path, Stamp> unsettled;
  private boolean closed;

  private FileWatch(Duration every, Runnable onChange) {
    this.every = every;
    this.onChange = onChange;
  }

  /**
   * Begins; there are no files yet.
   *
   * @param every how often they are looked at; what still changes at the next look is waited for
   * @param onChange run once for a change
   */
  static FileWatch start(Duration every, Runnable onChange) {
    FileWatch watch = new FileWatch(every, onChange);
    Thread thread = new Thread(watch::run, "file-watch");
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  /**
   * What a file is, without its content.
   *
   * @param path where it is when all links are followed
   * @param key tells it from another at the same place; null where the file system has none
   */
  private record Stamp(
      @Nullable Path path, @Nullable Instant modified, long size, @Nullable Object key) {
    static final Stamp ABSENT = new Stamp(null, null, 0, null);

    /** Not what any file is. */
    static final Stamp UNKNOWN = new Stamp(null, null, -1, null);

    static Stamp of(Path file) {
      try {
        Path real = file.toRealPath();
        BasicFileAttributes is = Files.readAttributes(real, BasicFileAttributes.class);
        return new Stamp(real, is.lastModifiedTime().toInstant(), is.size(), is.fileKey());
      } catch (IOException absent) {
        return ABSENT;
      }
    }

    boolean isSince(Instant time) {
      return modified != null && !modified.isBefore(time.minus(TICK));
    }
  }

  /**
   * Watches these, and no others.
   *
   * @param since when they were read; what was written from then on is a change
   */
  synchronized void files(Set<Path> files, Instant since) {
    if (files.size() > MOST) {
      LOG.log(
          Level.WARNING,
          "{0} files belong to the configuration, the first {1} of them are watched",
          new Object[] {files.size(), MOST});
    }
    Map<Path, Stamp> now = new HashMap<>();
    for (Path file : files) {
      if (now.size() < MOST) {
        Stamp before = known.get(file);
        now.put(file, before == null ? first(file, since) : before);
      }
    }
    known = now;
    unsettled = null;
  }

  /** They are about to be read as they are now: what has changed until then is no change. */
  synchronized void reading() {
    Map<Path, Stamp> now = new HashMap<>();
    known.keySet().forEach(file -> now.put(file, Stamp.of(file)));
    known = now;
    unsettled = null;
  }

  private static Stamp first(Path file, Instant since) {
    Stamp stamp = Stamp.of(file);
    return stamp.isSince(since) ? Stamp.UNKNOWN : stamp;
  }

  private void run() {
    while (sleep()) {
      if (look()) {
        try {
          onChange.run();
        } catch (RuntimeException failed) {
          LOG.log(Level.SEVERE, "a change of the configuration is not followed", failed);
        }
      }
    }
  }

  private synchronized boolean sleep() {
    long end = System.nanoTime() + every.toNanos();
    try {
      for (long left = every.toMillis(); !closed && left > 0; ) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
    return !closed;
  }

  /** Whether there is a change that was there at the last look already. */
  synchronized boolean look() {
    Map<Path, Stamp> now = new HashMap<>();
    known.keySet().forEach(file -> now.put(file, Stamp.of(file)));
    boolean isSettled = Objects.equals(now, unsettled);
    unsettled = now.equals(known) ? null : now;
    if (isSettled) {
      known = now;
      unsettled = null;
    }
    return isSettled;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
