package dev.ssebridge.internal.eventstream;

/** UTF-8 as the WHATWG Encoding standard has it (section 8.1.1), one sequence at a time. */
final class Utf8 {

  private Utf8() {}

  /**
   * The length of the sequence that begins here; if it is ill-formed, minus the length of its
   * maximal subpart, which is to be replaced by one U+FFFD.
   */
  static int sequenceLength(byte[] bytes, int at, int end) {
    int lead = bytes[at] & 0xFF;
    if (lead < 0x80) {
      return 1;
    }
    int needed = lead < 0xC2 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 0;
    if (needed == 0) {
      return -1;
    }
    // Which second bytes are right depends on the first: no overlong forms, no surrogates, nothing
    // beyond U+10FFFF.
    int lower = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int upper = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (int i = 1; i <= needed; i++) {
      int next = at + i < end ? bytes[at + i] & 0xFF : -1;
      if (next < lower || next > upper) {
        return -i;
      }
      lower = 0x80;
      upper = 0xBF;
    }
    return needed + 1;
  }

  /** The code point of a well-formed sequence. */
  static int codePoint(byte[] bytes, int at, int size) {
    int lead = bytes[at];
    if (size == 1) {
      return lead;
    }
    int point = lead & (0x7F >> size);
    for (int i = 1; i < size; i++) {
      point = point << 6 | (bytes[at + i] & 0x3F);
    }
    return point;
  }

  /** Whether these bytes are well-formed UTF-8 throughout. */
  static boolean isWellFormed(byte[] bytes, int offset, int length) {
    int end = offset + length;
    for (int at = asciiEnd(bytes, offset, end); at < end; at = asciiEnd(bytes, at, end)) {
      int size = sequenceLength(bytes, at, end);
      if (size < 0) {
        return false;
      }
      at += size;
    }
    return true;
  }

  /** The index of the first byte that is not ASCII, {@code to} if there is none. */
  static int asciiEnd(byte[] bytes, int from, int to) {
    int i = from;
    for (int last = to - Long.BYTES; i <= last; i += Long.BYTES) {
      long found = (long) LineDecoder.LONGS.get(bytes, i) & LineDecoder.HIGHS;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (i < to && bytes[i] >= 0) {
      i++;
    }
    return i;
  }
}
