package dev.ssebridge.internal.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a file for one process, by a lock of the operating system on an empty file beside it. The
 * lock ends with the process, however that ends, so a file that was left behind means nothing; it
 * is never removed, since another process may have it open already.
 */
final class ProcessLock implements AutoCloseable {
  /** Behind the name of what is locked. */
  static final String SUFFIX = "~lock";

  private static final Set<OpenOption> OPEN =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  /**
   * What this process has. The operating system does not tell one part of a process from another,
   * and closing any channel of a file would end the lock of all.
   */
  private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private ProcessLock(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @param path the real path of the empty file
   * @throws IOException if somebody else has it
   */
  static ProcessLock take(Path path) throws IOException {
    if (!TAKEN.add(path)) {
      throw new IOException("expected a file of its own, another source of this process has it");
    }
    FileChannel channel = null;
    FileLock lock = null;
    try {
      channel = FileChannel.open(path, OPEN);
      lock = channel.tryLock();
      if (lock == null) {
        throw new IOException(
            "expected a file of its own, another process has it (its lock is " + path + ")");
      }
      return new ProcessLock(path, channel);
    } finally {
      if (lock == null) {
        giveBack(path, channel);
      }
    }
  }

  private static void giveBack(Path path, @Nullable FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      TAKEN.remove(path);
    }
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      giveBack(path, channel);
    }
  }
}
