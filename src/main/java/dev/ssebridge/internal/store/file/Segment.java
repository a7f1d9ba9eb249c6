package dev.ssebridge.internal.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One file of the journal. What is counted belongs to the writer; anybody may read. */
final class Segment implements Closeable {
  private static final Pattern NAME = Pattern.compile("segment-(\\d{10})\\.sse");

  private final long number;
  private final Path directory;
  private final Path file;
  private final long salt;

  // The writer's.
  private long size;
  private int blocks;
  private long liveBytes;

  // Under the lock of this.
  private @Nullable FileChannel reader;
  private boolean gone;

  Segment(Path directory, SegmentHead head, long size) {
    this.directory = directory;
    number = head.number();
    file = file(directory, number);
    salt = head.salt();
    this.size = size;
  }

  static Path file(Path directory, long number) {
    return directory.resolve(String.format(Locale.ROOT, "segment-%010d.sse", number));
  }

  /** The number in the name of a file; -1 where it is none of a segment. */
  static long numberOf(Path file) {
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }

  long number() {
    return number;
  }

  Path directory() {
    return directory;
  }

  Path file() {
    return file;
  }

  long salt() {
    return salt;
  }

  long size() {
    return size;
  }

  void resize(long to) {
    size = to;
  }

  /** A block more, or one less, of events that are kept. */
  void count(int more) {
    blocks += more;
  }

  /** Bytes more, or less, of events that are kept. */
  void countLive(long more) {
    liveBytes += more;
  }

  boolean isUnused() {
    return blocks == 0;
  }

  long liveBytes() {
    return liveBytes;
  }

  /**
   * Where it is read.
   *
   * @throws GoneException where its events are kept no more
   */
  synchronized FileChannel reader() throws IOException {
    if (gone) {
      throw new GoneException();
    }
    FileChannel open = reader;
    if (open == null || !open.isOpen()) {
      open = FileChannel.open(file, StandardOpenOption.READ);
      reader = open;
    }
    return open;
  }

  /** Deletes the file. */
  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  @Override
  public synchronized void close() throws IOException {
    gone = true;
    if (reader != null) {
      reader.close();
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }

  /** Its events are kept no more, or the store is closed. */
  static final class GoneException extends IOException {
    private static final long serialVersionUID = 1;

    GoneException() {
      super("the segment is no more");
    }
  }
}
