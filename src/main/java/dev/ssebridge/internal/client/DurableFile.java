package dev.ssebridge.internal.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A small text that survives crashes: at any moment the file has the text before or the text after,
 * never half of one. It is this process's alone from {@link #open} to {@link #close}, is only ever
 * a plain file, no link, and can be read by its owner only. All methods block.
 */
final class DurableFile implements AutoCloseable {
  /** Behind the name of the file: what it is written to first. No two files share one. */
  private static final String FRESH = "~new";

  /** Larger ones are not read. */
  private static final int MOST_BYTES = 64 << 20;

  private static final Set<OpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  private final String what;
  private final Path file;
  private final Path fresh;
  private final ProcessLock lock;
  private volatile boolean closed;

  private DurableFile(String what, Path file, ProcessLock lock) {
    this.what = what;
    this.file = file;
    this.fresh = sibling(file, FRESH);
    this.lock = lock;
  }

  /**
   * Takes the file for this process; it need not be there yet.
   *
   * @param what what it is, for messages
   * @throws IOException if its directory is missing, or somebody else has it
   */
  static DurableFile open(String what, Path path) throws IOException {
    Path file = path.toAbsolutePath().normalize();
    Path directory = file.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new IOException(
          what + " " + file + ": expected a file in a directory that exists; make the directory");
    }
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(FRESH) || name.endsWith(ProcessLock.SUFFIX)) {
      throw new IOException(
          what
              + " "
              + file
              + ": expected a name that does not end in "
              + FRESH
              + " or "
              + ProcessLock.SUFFIX
              + ", which are the files beside it");
    }
    // The directory as it is: two ways to one file are one file.
    Path real = directory.toRealPath().resolve(name);
    try {
      return new DurableFile(what, real, ProcessLock.take(sibling(real, ProcessLock.SUFFIX)));
    } catch (AccessDeniedException e) {
      throw new IOException(
          what + " " + file + ": expected a directory that can be written to, permission denied",
          e);
    } catch (IOException e) {
      throw new IOException(what + " " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The text, or null where there is no file yet.
   *
   * @throws IOException if there is something, but not a plain file of UTF-8 text
   */
  @Nullable String read() throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        throw wrong(
            "expected a plain file, got "
                + (attributes.isSymbolicLink()
                    ? "a symbolic link"
                    : attributes.isDirectory() ? "a directory" : "something else"));
      }
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw wrong("expected at most " + MOST_BYTES + " bytes, got more");
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      }
    } catch (NoSuchFileException e) {
      return null;
    } catch (AccessDeniedException e) {
      throw new IOException(what + " " + file + ": cannot be read, permission denied", e);
    } catch (CharacterCodingException e) {
      throw wrong("expected UTF-8, got bytes that are not");
    }
  }

  /** What is wrong with the file as it is. */
  IOException wrong(String problem) {
    return new IOException(what + " " + file + ": " + problem + "; repair or remove it");
  }

  /** Keeps this text, on the disk when this returns. */
  void write(String text) throws IOException {
    if (closed) {
      throw new IOException(
          what + " " + file + ": expected a file that is still ours, it was closed");
    }
    // What a crash left behind; were it a link, only the link is removed.
    Files.deleteIfExists(fresh);
    try (FileChannel channel = FileChannel.open(fresh, CREATE, ownerOnly())) {
      ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory =
        FileChannel.open(directoryOf(file), Set.of(StandardOpenOption.READ))) {
      directory.force(true);
    }
  }

  private static Path directoryOf(Path file) {
    Path directory = file.getParent();
    return directory == null ? file : directory;
  }

  private FileAttribute<?>[] ownerOnly() {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static Path sibling(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  /** Lets others have it. Idempotent. */
  @Override
  public void close() throws IOException {
    closed = true;
    lock.close();
  }
}
