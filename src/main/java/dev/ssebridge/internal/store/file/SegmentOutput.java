package dev.ssebridge.internal.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** The end of the segment that is written to. On the writer's thread. */
final class SegmentOutput {
  private static final int PROBE = 64 * 1024;

  private final Segment segment;
  private final Disk.Output output;
  private final boolean always;
  private final Object key;

  private SegmentOutput(Segment segment, Disk.Output output, boolean always) {
    this.segment = segment;
    this.output = output;
    this.always = always;
    key = key(segment.file());
  }

  /** Goes on with one. */
  static SegmentOutput open(Segment segment, Disk disk, boolean always) throws IOException {
    return new SegmentOutput(segment, disk.open(segment.file()), always);
  }

  /** Makes one that begins with this, or none. */
  static SegmentOutput create(Segment segment, Staging content, Disk disk, boolean always)
      throws IOException {
    // One that could not be written whole before.
    Files.deleteIfExists(segment.file());
    Disk.Output made = disk.create(segment.file());
    try {
      made.write(content.content(), 0);
      if (always) {
        made.force();
        forceDirectory(segment.directory());
      }
    } catch (IOException e) {
      try {
        made.close();
        Files.deleteIfExists(segment.file());
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    segment.resize(content.size());
    return new SegmentOutput(segment, made, always);
  }

  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  Segment segment() {
    return segment;
  }

  Disk.Output output() {
    return output;
  }

  /**
   * Writes all of it or nothing.
   *
   * @throws IOException where nothing of it is in the segment
   * @throws UndecidedException where nobody knows
   */
  void write(Staging content) throws IOException {
    try {
      output.write(content.content(), segment.size());
      if (always) {
        output.force();
      }
    } catch (IOException e) {
      takeBack(e);
      throw e;
    }
    segment.resize(segment.size() + content.size());
  }

  /** Whether something can be written, which is taken back at once. */
  void probe() throws IOException {
    try {
      output.write(ByteBuffer.allocate(PROBE), segment.size());
      output.truncate(segment.size());
    } catch (IOException e) {
      takeBack(e);
      throw e;
    }
  }

  private void takeBack(IOException cause) {
    try {
      if (output.size() != segment.size()) {
        output.truncate(segment.size());
      }
      if (always) {
        output.force();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
      throw new UndecidedException(cause);
    }
  }

  void force() throws IOException {
    output.force();
  }

  /** Whether the file is still where it was. */
  boolean isThere() {
    return key(segment.file()).equals(key);
  }

  /** Which file it is, whatever its name: another may have come in its place. */
  private static Object key(Path file) {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? "" : key;
    } catch (IOException e) {
      return e;
    }
  }

  /** Nobody knows whether it was written. */
  static final class UndecidedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final IOException reason;

    UndecidedException(IOException reason) {
      super(reason);
      this.reason = reason;
    }

    IOException reason() {
      return reason;
    }
  }
}
