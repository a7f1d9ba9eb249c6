package dev.ssebridge.internal.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** What is written to, so that a test can have it fail. */
interface Disk {

  /** Creates a file, which must not be there. */
  Output create(Path file) throws IOException;

  /** Goes on with a file. */
  Output open(Path file) throws IOException;

  /** One file. */
  interface Output extends Closeable {

    /** Writes all of it at this position. */
    void write(ByteBuffer bytes, long position) throws IOException;

    /** When it returns, all is on the disk. */
    void force() throws IOException;

    void truncate(long size) throws IOException;

    long size() throws IOException;
  }

  /** The one of the machine. */
  Disk REAL =
      new Disk() {
        @Override
        public Output create(Path file) throws IOException {
          return new RealOutput(
              FileChannel.open(
                  file,
                  Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  ownerOnly(file, "rw-------")));
        }

        @Override
        public Output open(Path file) throws IOException {
          return new RealOutput(FileChannel.open(file, StandardOpenOption.WRITE));
        }
      };

  /** Attributes of what only the owner may see, where the file system knows such. */
  static FileAttribute<?>[] ownerOnly(Path place, String permissions) {
    return place.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** Makes a directory that only the owner may see, and the missing ones above it. */
  static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, ownerOnly(directory, "rwx------"));
    }
  }

  /** A channel to a file. */
  record RealOutput(FileChannel channel) implements Output {
    private static final int CHUNK = 1024 * 1024;

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      long at = position;
      int end = bytes.limit();
      while (bytes.position() < end) {
        // The JDK copies what is in the heap to a buffer of this size, and keeps that buffer.
        bytes.limit(Math.min(end, bytes.position() + CHUNK));
        at += channel.write(bytes, at);
        bytes.limit(end);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
