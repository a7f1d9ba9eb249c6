package dev.ssebridge.internal.eventstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Cuts bytes into lines as they arrive: CRLF, LF and CR end a line, also over the border of two
 * chunks; nothing else does. A CR ends its line at once, without waiting for what follows. Since
 * neither byte occurs within a UTF-8 sequence, this comes before any decoding.
 *
 * <p>A line that lies whole in a chunk is handed over in place. Of an unfinished line the sink says
 * how much may be held. Every byte is looked at once and copied at most once (plus the growth of
 * the buffer), whatever the chunks. Not thread-safe; after an exception of the sink only {@link
 * #reset()} helps.
 */
public final class LineDecoder {

  /** Takes the lines. */
  public interface Sink {
    /**
     * A line ended. The bytes stay as they are until the next call of {@link #hold} or until the
     * {@code decode} that led here returns.
     *
     * @param length how many bytes of the line there are
     * @param lineLength how many the line had, line end not counted: more than {@code length} if
     *     the rest was not to be held
     */
    void onLine(byte[] bytes, int offset, int length, long lineLength);

    /**
     * Asked about a line of which only the beginning has come: at the end of a chunk, and again
     * when as much is held as the last answer permitted.
     *
     * @param length the bytes of it that have come so far, more than 0
     * @return the most bytes of it to hold before asking again; anything not above {@code length},
     *     when asked again, drops the rest of the line
     */
    int hold(byte[] bytes, int offset, int length);
  }

  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  static final long HIGHS = 0x8080808080808080L;
  private static final byte[] NOTHING = {};

  /** A larger buffer is given back once its line is done. */
  private static final int KEPT_BUFFER_BYTES = 64 << 10;

  private static final int DROP_THE_REST = -1;

  private final Sink sink;

  private byte[] held = NOTHING;
  private int heldLength;
  private int heldLimit;
  private long lineLength;
  private boolean afterCarriageReturn;

  /** A decoder at the start of a stream. */
  public LineDecoder(Sink sink) {
    this.sink = sink;
  }

  /** Takes the next bytes. */
  public void decode(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int start = offset;
    if (afterCarriageReturn && length > 0) {
      afterCarriageReturn = false;
      if (bytes[start] == '\n') {
        start++;
      }
    }
    if (lineLength > 0 && start < end) {
      int lineEnd = lineEnd(bytes, start, end);
      append(bytes, start, lineEnd - start);
      if (lineEnd == end) {
        return;
      }
      finish();
      start = next(bytes, lineEnd, end);
    }
    while (start < end) {
      int lineEnd = lineEnd(bytes, start, end);
      if (lineEnd == end) {
        append(bytes, start, end - start);
        return;
      }
      int size = lineEnd - start;
      sink.onLine(bytes, start, size, size);
      start = next(bytes, lineEnd, end);
    }
  }

  /** Hands over what stands behind the last line end as a line, if there is anything. */
  public void end() {
    if (lineLength > 0) {
      finish();
    }
  }

  /** The number of bytes behind the last line end. */
  public long unfinished() {
    return lineLength;
  }

  /** The bytes of the buffer for an unfinished line. */
  public long held() {
    return held.length;
  }

  /** Gives the buffer back where no line is unfinished. */
  public void trim() {
    if (lineLength == 0) {
      held = NOTHING;
    }
  }

  /** Starts afresh; an unfinished line is forgotten. */
  public void reset() {
    afterCarriageReturn = false;
    clear();
  }

  private int next(byte[] bytes, int lineEnd, int end) {
    int next = lineEnd + 1;
    if (bytes[lineEnd] == '\r') {
      if (next == end) {
        afterCarriageReturn = true;
      } else if (bytes[next] == '\n') {
        next++;
      }
    }
    return next;
  }

  private void finish() {
    byte[] line = held;
    int size = heldLength;
    long total = lineLength;
    clear();
    sink.onLine(line, 0, size, total);
  }

  private void clear() {
    heldLength = 0;
    heldLimit = 0;
    lineLength = 0;
    if (held.length > KEPT_BUFFER_BYTES) {
      held = NOTHING;
    }
  }

  private void append(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return;
    }
    if (lineLength == 0) {
      int limit = sink.hold(bytes, offset, length);
      heldLimit = limit > 0 ? limit : DROP_THE_REST;
    }
    lineLength += length;
    int at = offset;
    int rest = length;
    while (rest > 0 && heldLimit != DROP_THE_REST) {
      int room = Math.min(rest, heldLimit - heldLength);
      reserve(room);
      System.arraycopy(bytes, at, held, heldLength, room);
      heldLength += room;
      at += room;
      rest -= room;
      if (heldLength == heldLimit) {
        int limit = sink.hold(held, 0, heldLength);
        heldLimit = limit > heldLength ? limit : DROP_THE_REST;
      }
    }
  }

  private void reserve(int more) {
    int needed = heldLength + more;
    if (needed > held.length) {
      int size = (int) Math.min(heldLimit, Math.max(needed, 2L * held.length));
      held = Arrays.copyOf(held, Math.max(size, Math.min(heldLimit, 64)));
    }
  }

  /** The index of the first CR or LF, {@code to} if there is none; eight bytes in one step. */
  static int lineEnd(byte[] bytes, int from, int to) {
    int i = from;
    for (int last = to - Long.BYTES; i <= last; i += Long.BYTES) {
      long word = (long) LONGS.get(bytes, i);
      long lf = word ^ (ONES * '\n');
      long cr = word ^ (ONES * '\r');
      long found = (((lf - ONES) & ~lf) | ((cr - ONES) & ~cr)) & HIGHS;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; i < to; i++) {
      byte b = bytes[i];
      if (b == '\n' || b == '\r') {
        return i;
      }
    }
    return to;
  }
}
