package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a file says. When somebody asks, the file is looked at, on a worker and at most once a
 * second, and read where it has changed. As long as it is missing or broken it says what it said
 * before. Any thread.
 */
final class WatchedFile<T> {
  /** Milliseconds between two looks; also how long one may take before the last one counts. */
  static final long INTERVAL = 1000;

  private final Home home;
  private final String path;
  private final LongSupplier clock;
  private final Function<String, T> reader;
  private final ProviderLog log;

  // written by the worker that looks
  private volatile @Nullable T good;
  private @Nullable Stamp stamp;

  // guarded by this
  private @Nullable Future<Void> look;
  private boolean hasLooked;
  private long lookedAt;

  /** What tells that a file is another one. */
  private record Stamp(FileTime modified, long size, @Nullable Object key) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(found.lastModifiedTime(), found.size(), found.fileKey());
    }
  }

  /**
   * @param clock milliseconds since 1970
   * @param reader reads the file of a path; throws an {@link UnfitValueException} where it is
   *     broken
   */
  WatchedFile(
      Home home, String path, LongSupplier clock, Function<String, T> reader, ProviderLog log) {
    this.home = home;
    this.path = path;
    this.clock = clock;
    this.reader = reader;
    this.log = log;
  }

  /**
   * What it says now.
   *
   * @return failed with an {@link AuthFailure} where it has never said anything
   */
  Future<T> current() {
    Future<Void> looking = looking();
    return looking == null
        ? known()
        : looking.timeout(INTERVAL, TimeUnit.MILLISECONDS).transform(looked -> known());
  }

  private Future<T> known() {
    T present = good;
    return present == null
        ? Future.failedFuture(
            new AuthFailure(
                AuthFailure.Kind.UNAVAILABLE, "who may come in is unknown for now; try later"))
        : Future.succeededFuture(present);
  }

  private synchronized @Nullable Future<Void> looking() {
    if (look != null) {
      return look;
    }
    long now = clock.getAsLong();
    if (hasLooked && now - lookedAt < INTERVAL && now >= lookedAt) {
      return null;
    }
    hasLooked = true;
    lookedAt = now;
    Future<Void> begun = home.blocking(this::look);
    look = begun;
    begun.onComplete(done -> end());
    return begun;
  }

  private synchronized void end() {
    look = null;
  }

  private @Nullable Void look() {
    try {
      Stamp found = Stamp.of(Path.of(path));
      if (!found.equals(stamp)) {
        stamp = found; // whatever changes while it is read changes this
        good = reader.apply(path);
        log.over("\"" + path + "\" is as it should be again");
      }
    } catch (UnfitValueException unfit) {
      stamp = null; // somebody is writing it, say; or a right to read it is given
      trouble(String.valueOf(unfit.getMessage()));
    } catch (IOException | InvalidPathException missing) {
      stamp = null;
      trouble("expected a readable file");
    }
    return null;
  }

  private void trouble(String what) {
    log.trouble(
        what,
        "\""
            + path
            + "\": "
            + what
            + (good == null ? "; nobody comes in by it" : "; what it said before counts"));
  }
}
