package dev.ssebridge.internal.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds a directory for one store: the file {@code lock} in it, with the id of the process, and in
 * a second line the number of the newest segment, so that it is noticed where that one is deleted.
 */
final class DirectoryLock implements Closeable {
  static final String FILE = "lock";
  private static final int LONGEST = 64;

  /**
   * What this process has. Another look at such a file must not open it: closing it again would
   * release the lock, as the system counts processes, not channels.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path held;
  private final FileChannel channel;
  private final long newestBefore;
  private final Object key;

  private DirectoryLock(Path held, FileChannel channel, long newestBefore) throws IOException {
    this.held = held;
    this.channel = channel;
    this.newestBefore = newestBefore;
    key = key(held);
  }

  /**
   * Takes it.
   *
   * @throws HeldException where another has it
   */
  static DirectoryLock take(Path directory) throws IOException {
    Path held = directory.toRealPath();
    if (!HELD.add(held)) {
      throw new HeldException("another store of this process");
    }
    boolean taken = false;
    try {
      DirectoryLock lock = takeFile(held);
      taken = true;
      return lock;
    } finally {
      if (!taken) {
        HELD.remove(held);
      }
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // with the lock
  private static DirectoryLock takeFile(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            Disk.ownerOnly(file, "rw-------"));
    try {
      @Nullable FileLock lock = channel.tryLock();
      String[] lines = lines(channel);
      if (lock == null) {
        throw new HeldException(
            "process " + (isNumber(lines[0]) ? lines[0] : "of another program"));
      }
      long newest = lines.length > 1 && isNumber(lines[1]) ? Long.parseLong(lines[1]) : 0;
      DirectoryLock taken = new DirectoryLock(directory, channel, newest);
      taken.newest(newest);
      return taken;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new HeldException("another store of this process");
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String[] lines(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(LONGEST);
    channel.read(text, 0);
    return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).split("\n", -1);
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,18}");
  }

  /** Which file it is, whatever its name: where somebody deletes it, another one can be locked. */
  private static Object key(Path directory) throws IOException {
    Object key = Files.readAttributes(directory.resolve(FILE), BasicFileAttributes.class).fileKey();
    return key == null ? "" : key;
  }

  /** Whether others still find it. */
  boolean isThere() {
    try {
      return key(held).equals(key);
    } catch (IOException e) {
      return false;
    }
  }

  /** The number of the newest segment that was there when it was last held; 0 where none tells. */
  long newestBefore() {
    return newestBefore;
  }

  /** Remembers the number of the newest segment. */
  void newest(long number) throws IOException {
    byte[] text =
        (ProcessHandle.current().pid() + "\n" + number + "\n").getBytes(StandardCharsets.US_ASCII);
    // In this order it takes no space that it has not.
    channel.write(ByteBuffer.wrap(text), 0);
    channel.truncate(text.length);
  }

  @Override
  public void close() throws IOException {
    // Releases it as well; the file stays: deleting it may delete that of the next.
    try {
      channel.close();
    } finally {
      HELD.remove(held);
    }
  }

  /** Another has it. */
  static final class HeldException extends IOException {
    private static final long serialVersionUID = 1;

    HeldException(String holder) {
      super("it is in use by " + holder);
    }
  }
}
