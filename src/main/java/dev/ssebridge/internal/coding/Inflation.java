package dev.ssebridge.internal.coding;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates bytes as they arrive, no more of them than is asked for: gzip (RFC 1952), one member
 * after another, or deflate (RFC 9110, section 8.4.1.2), with the zlib wrapping of RFC 1950 or, as
 * some send it, without. Nothing of it is kept beyond a window of 32 KiB. Not thread-safe; holds
 * memory of the system until {@link #close}.
 */
public final class Inflation implements AutoCloseable {
  private static final int MAGIC = 0x1f8b;
  private static final int DEFLATE = 8;
  private static final int FIXED_HEADER = 10;
  private static final int TRAILER = 8;
  private static final int FHCRC = 2;
  private static final int FEXTRA = 4;
  private static final int FNAME = 8;
  private static final int FCOMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final boolean gzip;
  private final CRC32 crc = new CRC32();

  private State state;
  private @Nullable Inflater inflater;
  private int count;
  private int flags;
  private long number;
  private boolean begun;

  /** What came, from {@link #at} on not taken yet. */
  private byte[] in = {};

  private int at;
  private boolean dry = true;

  /** What came last filled the room for it, so that there may be more. */
  private boolean full;

  private enum State {
    HEADER,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEADER_CRC,
    DATA,
    TRAILER,
    DONE
  }

  private Inflation(boolean gzip) {
    this.gzip = gzip;
    this.state = gzip ? State.HEADER : State.DATA;
  }

  /** Of gzip. */
  public static Inflation gzip() {
    return new Inflation(true);
  }

  /** Of deflate. */
  public static Inflation deflate() {
    return new Inflation(false);
  }

  /** Whether the end is here, or nothing came at all. */
  public boolean isWhole() {
    return !begun || state == State.DONE || (gzip && state == State.HEADER && count == 0);
  }

  /** Takes the next bytes, which stay as they are until {@link #isDry}. */
  public void give(byte[] bytes) {
    int left = in.length - at;
    byte[] all = bytes;
    if (left > 0) {
      all = Arrays.copyOfRange(in, at, in.length + bytes.length);
      System.arraycopy(bytes, 0, all, left, bytes.length);
    }
    in = all;
    at = 0;
    begun |= all.length > 0;
    dry = false;
  }

  /** Whether nothing more comes out of what was given. */
  public boolean isDry() {
    return dry;
  }

  /**
   * Inflates some of what was given.
   *
   * @param out where to
   * @return how many bytes; 0 if nothing more comes out of it
   * @throws DataFormatException if the bytes are not what the coding demands
   */
  public int next(byte[] out) throws DataFormatException {
    while (at < in.length || full) {
      if (state != State.DATA) {
        frame(in[at++] & 0xff);
        continue;
      }
      Inflater from = inflater();
      if (from == null) {
        break;
      }
      int length = data(from, out);
      if (length > 0) {
        return length;
      }
    }
    dry = true;
    return 0;
  }

  private @Nullable Inflater inflater() {
    if (inflater == null) {
      if (!gzip && in.length - at < 2) {
        return null; // two tell whether there is a wrapping
      }
      inflater = new Inflater(gzip || !isZlib(in[at] & 0xff, in[at + 1] & 0xff));
    }
    return inflater;
  }

  private int data(Inflater from, byte[] out) throws DataFormatException {
    from.setInput(in, at, in.length - at);
    int length = from.inflate(out);
    at = in.length - from.getRemaining();
    full = length == out.length && !from.finished();
    crc.update(out, 0, length);
    if (from.needsDictionary()) {
      throw new DataFormatException("a dictionary is needed");
    }
    if (from.finished()) {
      state = gzip ? State.TRAILER : State.DONE;
      count = 0;
      number = 0;
    }
    return length;
  }

  private static boolean isZlib(int first, int second) {
    return (first & 0x0f) == DEFLATE && ((first << 8) + second) % 31 == 0;
  }

  /** One byte around the data of a member. */
  private void frame(int b) throws DataFormatException {
    switch (state) {
      case HEADER -> header(b);
      case EXTRA_LENGTH -> {
        number += (long) b << (8 * count++);
        if (count == 2) {
          next(number > 0 ? State.EXTRA : State.NAME, number);
        }
      }
      case EXTRA -> {
        if (--number == 0) {
          next(State.NAME, 0);
        }
      }
      case NAME, COMMENT -> {
        if (b == 0) {
          next(state == State.NAME ? State.COMMENT : State.HEADER_CRC, 0);
        }
      }
      case HEADER_CRC -> {
        if (++count == 2) {
          next(State.DATA, 0);
        }
      }
      case TRAILER -> trailer(b);
      default -> throw new DataFormatException("bytes behind the end");
    }
  }

  private void header(int b) throws DataFormatException {
    boolean right =
        switch (count) {
          case 0 -> b == MAGIC >> 8;
          case 1 -> b == (MAGIC & 0xff);
          case 2 -> b == DEFLATE;
          case 3 -> (b & RESERVED) == 0;
          default -> true;
        };
    if (!right) {
      throw new DataFormatException("not gzip");
    }
    if (count == 3) {
      flags = b;
    }
    if (++count == FIXED_HEADER) {
      next(State.EXTRA_LENGTH, 0);
    }
  }

  /** On to a part of the header, or to the next that is there. */
  private void next(State wanted, long value) {
    state = wanted;
    if (state == State.EXTRA_LENGTH && (flags & FEXTRA) == 0) {
      state = State.NAME;
    }
    if (state == State.NAME && (flags & FNAME) == 0) {
      state = State.COMMENT;
    }
    if (state == State.COMMENT && (flags & FCOMMENT) == 0) {
      state = State.HEADER_CRC;
    }
    if (state == State.HEADER_CRC && (flags & FHCRC) == 0) {
      state = State.DATA;
    }
    count = 0;
    number = value;
  }

  private void trailer(int b) throws DataFormatException {
    if (count < 4) {
      number |= (long) b << (8 * count);
    }
    if (++count < TRAILER) {
      return;
    }
    if (number != crc.getValue()) {
      throw new DataFormatException("another checksum");
    }
    close();
    crc.reset();
    state = State.HEADER;
    count = 0;
    number = 0;
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
      inflater = null;
    }
  }
}
