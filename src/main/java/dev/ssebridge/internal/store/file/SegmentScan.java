package dev.ssebridge.internal.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Reads a segment from its first record to its last, and finds out what is damaged. One thread. */
final class SegmentScan implements Closeable {
  private static final int WINDOW = 256 * 1024;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int HEAD = 2 * Integer.BYTES;

  /** What comes next. */
  enum Next {
    /** A record. */
    RECORD,
    /** Bytes that are none, with records behind them, or not as if they were cut off. */
    DAMAGE,
    /** The beginning of a record, whose end was never written. */
    TORN,
    /** Nothing. */
    END
  }

  private final FileChannel channel;
  private final SegmentHead head;
  private final long size;
  private final Checksums checksums = new Checksums();

  private byte[] window = new byte[WINDOW];
  private long windowAt;
  private int windowSize;

  private long offset;
  private long end;

  /** Begins to read. */
  SegmentScan(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      size = channel.size();
      if (size < SegmentHead.BYTES || !load(0, SegmentHead.BYTES)) {
        throw new IllegalArgumentException("it is shorter than its head");
      }
      head = SegmentHead.read(Arrays.copyOf(window, SegmentHead.BYTES));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    end = SegmentHead.BYTES;
  }

  SegmentHead head() {
    return head;
  }

  long size() {
    return size;
  }

  /** Where the record, or what is none, begins. */
  long offset() {
    return offset;
  }

  /** Where the next one begins. */
  long end() {
    return end;
  }

  /** What the record is. */
  byte type() {
    return window[at(offset) + HEAD];
  }

  /** The record without its length, checksum and type; until the next one is asked for. */
  ByteBuffer body() {
    int from = at(offset) + HEAD + 1;
    return ByteBuffer.wrap(window, from, (int) (end - offset) - HEAD - 1).slice();
  }

  /** Goes on. */
  Next next() throws IOException {
    offset = end;
    if (offset == size) {
      return Next.END;
    }
    if (isRecord(offset)) {
      end = offset + HEAD + length(offset);
      return Next.RECORD;
    }
    for (long at = offset + 1; at + HEAD < size; at++) {
      if (isRecord(at)) {
        end = at;
        return Next.DAMAGE;
      }
    }
    end = size;
    return isCutOff() ? Next.TORN : Next.DAMAGE;
  }

  /** Whether a record could begin here that goes on beyond the end. */
  private boolean isCutOff() throws IOException {
    if (size - offset < HEAD) {
      return true;
    }
    load(offset, HEAD);
    int length = length(offset);
    return length > 0 && offset + HEAD + length > size && !isWholeButForItsLength();
  }

  /** Whether the checksum says that the record ends here: then it was written, and was damaged. */
  private boolean isWholeButForItsLength() throws IOException {
    int length = (int) (size - offset) - HEAD;
    if (!load(offset, HEAD + length)) {
      return false;
    }
    int from = at(offset);
    return checksums.of(head.salt(), length, window, from + HEAD) == integer(from + Integer.BYTES);
  }

  private boolean isRecord(long at) throws IOException {
    if (size - at <= HEAD || !load(at, HEAD + 1)) {
      return false;
    }
    int length = length(at);
    if (length < 1
        || at + HEAD + length > size
        || !RecordType.isKnown(window[at(at) + HEAD])
        || !load(at, HEAD + length)) {
      return false;
    }
    int from = at(at);
    return checksums.of(head.salt(), length, window, from + HEAD) == integer(from + Integer.BYTES);
  }

  private int length(long at) {
    return integer(at(at));
  }

  private int integer(int at) {
    return (int) INT.get(window, at);
  }

  private int at(long position) {
    return (int) (position - windowAt);
  }

  /** Has {@code length} bytes from there in the window; false where the file has fewer. */
  private boolean load(long from, int length) throws IOException {
    if (from >= windowAt && from + length <= windowAt + windowSize) {
      return true;
    }
    byte[] old = window;
    if (length > window.length) {
      window = new byte[Math.max(length, WINDOW)];
    } else if (window.length > WINDOW && length <= WINDOW) {
      window = new byte[WINDOW];
    }
    int kept = 0;
    if (from >= windowAt && from < windowAt + windowSize) {
      kept = Math.min((int) (windowAt + windowSize - from), window.length);
      System.arraycopy(old, at(from), window, 0, kept);
    }
    windowAt = from;
    windowSize = kept;
    while (windowSize < length) {
      int read =
          channel.read(
              ByteBuffer.wrap(window, windowSize, window.length - windowSize), from + windowSize);
      if (read < 0) {
        return false;
      }
      windowSize += read;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
