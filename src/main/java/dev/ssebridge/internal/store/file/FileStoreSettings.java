package dev.ssebridge.internal.store.file;

import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * How a {@link FileHistoryStore} keeps its histories.
 *
 * @param directory where, made where there is none; no two stores at a time
 * @param fsync when it is forced onto the disk
 * @param segmentBytes how long a segment becomes before the next one is begun, 64 KiB to 1 GiB
 * @param mostBytes how much of the disk all segments together may take: beyond it the oldest events
 *     of all channels go; at least four segments
 * @param mostChannels how many channels there may be, 1 or more
 * @param clock wall-clock milliseconds
 */
public record FileStoreSettings(
    Path directory,
    Fsync fsync,
    long segmentBytes,
    long mostBytes,
    int mostChannels,
    LongSupplier clock) {
  /** How long a segment becomes by default, in bytes. */
  public static final long SEGMENT_BYTES = 16 * 1024 * 1024;

  /** The most bytes of the disk that it takes by default. */
  public static final long MOST_BYTES = 4L * 1024 * 1024 * 1024;

  /** How many channels there may be by default. */
  public static final int MOST_CHANNELS = 100_000;

  private static final long LEAST_SEGMENT = 64 * 1024;
  private static final long LARGEST_SEGMENT = 1024 * 1024 * 1024;
  private static final int LEAST_SEGMENTS = 4;

  /** Checks the limits. */
  public FileStoreSettings {
    if (segmentBytes < LEAST_SEGMENT || segmentBytes > LARGEST_SEGMENT) {
      throw new IllegalArgumentException(
          "segment: expected 64KiB to 1GiB, got " + segmentBytes + " bytes");
    }
    if (mostBytes < LEAST_SEGMENTS * segmentBytes) {
      throw new IllegalArgumentException(
          "disk: expected at least four segments of "
              + segmentBytes
              + " bytes, got "
              + mostBytes
              + " bytes");
    }
    if (mostChannels < 1) {
      throw new IllegalArgumentException("channels: expected 1 or more, got " + mostChannels);
    }
  }

  /** With all else as it is by default. */
  public static FileStoreSettings in(Path directory) {
    return new FileStoreSettings(
        directory,
        Fsync.EACH_SECOND,
        SEGMENT_BYTES,
        MOST_BYTES,
        MOST_CHANNELS,
        System::currentTimeMillis);
  }

  /** The same, forced onto the disk at other times. */
  public FileStoreSettings withFsync(Fsync other) {
    return new FileStoreSettings(directory, other, segmentBytes, mostBytes, mostChannels, clock);
  }

  /** The same with other sizes. */
  public FileStoreSettings withSizes(long segment, long most) {
    return new FileStoreSettings(directory, fsync, segment, most, mostChannels, clock);
  }

  /** The same with another number of channels. */
  public FileStoreSettings withMostChannels(int most) {
    return new FileStoreSettings(directory, fsync, segmentBytes, mostBytes, most, clock);
  }

  /** The same with another clock. */
  public FileStoreSettings withClock(LongSupplier other) {
    return new FileStoreSettings(directory, fsync, segmentBytes, mostBytes, mostChannels, other);
  }
}
