package dev.ssebridge.internal.http;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates bytes as they arrive: gzip (RFC 1952), one member after another, or deflate (RFC 9110,
 * section 8.4.1.2), with the zlib wrapping of RFC 1950 or, as some send it, without. Nothing of it
 * is kept beyond a window of 32 KiB. Not thread-safe; holds memory of the system until {@link
 * #close}.
 */
final class Inflation implements AutoCloseable {
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
  private final byte[] out = new byte[8 * 1024];
  private final CRC32 crc = new CRC32();

  private State state;
  private @Nullable Inflater inflater;
  private int count;
  private int flags;
  private long number;
  private int first = -1;
  private boolean begun;

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

  /** Takes what comes out. */
  interface Sink {
    void take(byte[] bytes, int length) throws BadRequestException;
  }

  private Inflation(boolean gzip) {
    this.gzip = gzip;
    this.state = gzip ? State.HEADER : State.DATA;
  }

  static Inflation gzip() {
    return new Inflation(true);
  }

  static Inflation deflate() {
    return new Inflation(false);
  }

  /** Whether the end is here, or nothing came at all. */
  boolean isWhole() {
    return !begun || state == State.DONE || (gzip && state == State.HEADER && count == 0);
  }

  /** Takes the next bytes. */
  void inflate(byte[] bytes, int offset, int length, Sink sink)
      throws DataFormatException, BadRequestException {
    int end = offset + length;
    for (int at = offset; at < end; ) {
      begun = true;
      if (state == State.DATA) {
        at = data(bytes, at, end, sink);
      } else {
        frame(bytes[at++] & 0xff);
      }
    }
  }

  private int data(byte[] bytes, int at, int end, Sink sink)
      throws DataFormatException, BadRequestException {
    Inflater made = inflater;
    if (made == null) {
      if (!gzip && first < 0) {
        first = bytes[at] & 0xff; // two tell whether there is a wrapping
        return at + 1;
      }
      made = new Inflater(gzip || !isZlib(first, bytes[at] & 0xff));
      inflater = made;
      if (!gzip) {
        made.setInput(new byte[] {(byte) first});
        drain(made, sink);
      }
    }
    made.setInput(bytes, at, end - at);
    drain(made, sink);
    int taken = end - at - made.getRemaining();
    if (made.finished()) {
      state = gzip ? State.TRAILER : State.DONE;
      count = 0;
      number = 0;
    }
    return at + taken;
  }

  private void drain(Inflater made, Sink sink) throws DataFormatException, BadRequestException {
    for (int n = made.inflate(out); n > 0; n = made.inflate(out)) {
      crc.update(out, 0, n);
      sink.take(out, n);
    }
    if (made.needsDictionary()) {
      throw new DataFormatException("a dictionary is needed");
    }
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
