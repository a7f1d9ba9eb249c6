package dev.ssebridge.internal.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A disk that fails when a test wants it. Any thread. */
final class FaultyDisk implements Disk {
  private volatile @Nullable String writing;
  private volatile @Nullable String forcing;
  private volatile @Nullable String truncating;
  private volatile int writtenBefore;

  /** Writes fail, after so many bytes of each are on the disk. */
  void failWrites(String message, int bytesBefore) {
    writtenBefore = bytesBefore;
    writing = message;
  }

  void failForce(String message) {
    forcing = message;
  }

  void failTruncate(String message) {
    truncating = message;
  }

  void heal() {
    writing = null;
    forcing = null;
    truncating = null;
  }

  @Override
  public Output create(Path file) throws IOException {
    fail(writtenBefore == 0 ? writing : null);
    return new FaultyOutput(Disk.REAL.create(file));
  }

  @Override
  public Output open(Path file) throws IOException {
    return new FaultyOutput(Disk.REAL.open(file));
  }

  private static void fail(@Nullable String message) throws IOException {
    if (message != null) {
      throw new IOException(message);
    }
  }

  /** One file. */
  private final class FaultyOutput implements Output {
    private final Output real;

    FaultyOutput(Output real) {
      this.real = real;
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      if (writing != null) {
        real.write(bytes.slice(0, Math.min(writtenBefore, bytes.remaining())), position);
      }
      fail(writing);
      real.write(bytes, position);
    }

    @Override
    public void force() throws IOException {
      fail(forcing);
      real.force();
    }

    @Override
    public void truncate(long size) throws IOException {
      fail(truncating);
      real.truncate(size);
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    public void close() throws IOException {
      real.close();
    }
  }
}
