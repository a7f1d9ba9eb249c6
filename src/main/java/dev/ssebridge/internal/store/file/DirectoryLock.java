package dev.ssebridge.internal.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds a directory for one store: the file {@code lock} in it, with the id of the process. */
final class DirectoryLock implements Closeable {
  static final String FILE = "lock";
  private static final int LONGEST_ID = 20;

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @throws HeldException where another has it
   */
  @SuppressWarnings("MustBeClosedChecker") // with the lock
  static DirectoryLock take(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            Disk.ownerOnly(file, "rw-------"));
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new HeldException("process " + holder(channel));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
          0);
      return new DirectoryLock(channel);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new HeldException("another store of this process");
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer id = ByteBuffer.allocate(LONGEST_ID);
    channel.read(id, 0);
    String text = new String(id.array(), 0, id.position(), StandardCharsets.US_ASCII).strip();
    return text.matches("[0-9]+") ? text : "of another program";
  }

  @Override
  public void close() throws IOException {
    // Releases it as well; the file stays: deleting it may delete that of the next.
    channel.close();
  }

  /** Another has it. */
  static final class HeldException extends IOException {
    private static final long serialVersionUID = 1;

    HeldException(String holder) {
      super("it is in use by " + holder);
    }
  }
}
