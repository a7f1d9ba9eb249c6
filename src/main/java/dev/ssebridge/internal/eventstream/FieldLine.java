package dev.ssebridge.internal.eventstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What a line of an event stream is, told from its bytes (WHATWG HTML, section 9.2.6). */
public final class FieldLine {
  /** An empty line. */
  public static final int BLANK = 0;

  /** A line that begins with a colon. */
  public static final int COMMENT = 1;

  /** The field {@code data}. */
  public static final int DATA = 2;

  /** The field {@code event}. */
  public static final int EVENT = 3;

  /** The field {@code id}. */
  public static final int ID = 4;

  /** The field {@code retry}. */
  public static final int RETRY = 5;

  /** Any other field. */
  public static final int OTHER = 6;

  /** With this many bytes of an unfinished line, its kind does not change any more. */
  public static final int ENOUGH_TO_TELL = "event:".length();

  /** From {@link #digits}: something else than ASCII digits, or nothing. */
  public static final long NO_DIGITS = -1;

  /** From {@link #digits}: only digits, but more than a {@code long} takes. */
  public static final long TOO_MANY_DIGITS = -2;

  // Four bytes at once: the common fields are told by one or two comparisons.
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int DATA_WORD = word("data");
  private static final int EVENT_WORD = word("even");
  private static final int ID_WORD = word("id:\0");
  private static final int FIRST_THREE = 0x00FFFFFF;

  private FieldLine() {}

  /** One of the constants. Names are compared as they are, byte by byte. */
  public static int kind(byte[] bytes, int offset, int length) {
    if (length > 5) {
      int word = (int) INTS.get(bytes, offset);
      if (word == DATA_WORD && bytes[offset + 4] == ':') {
        return DATA;
      }
      if ((word & FIRST_THREE) == ID_WORD) {
        return ID;
      }
      if (word == EVENT_WORD && bytes[offset + 4] == 't' && bytes[offset + 5] == ':') {
        return EVENT;
      }
    }
    return length == 0 ? BLANK : byName(bytes, offset, length);
  }

  private static int byName(byte[] bytes, int offset, int length) {
    return switch (bytes[offset]) {
      case ':' -> COMMENT;
      case 'd' -> isNamed("data", bytes, offset, length) ? DATA : OTHER;
      case 'e' -> isNamed("event", bytes, offset, length) ? EVENT : OTHER;
      case 'i' -> isNamed("id", bytes, offset, length) ? ID : OTHER;
      case 'r' -> isNamed("retry", bytes, offset, length) ? RETRY : OTHER;
      default -> OTHER;
    };
  }

  private static boolean isNamed(String name, byte[] bytes, int offset, int length) {
    int size = name.length();
    if (length < size || (length > size && bytes[offset + size] != ':')) {
      return false;
    }
    for (int i = 1; i < size; i++) {
      if (bytes[offset + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The bytes before the first colon; all, if there is none. */
  public static int nameLength(byte[] bytes, int offset, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[offset + i] == ':') {
        return i;
      }
    }
    return length;
  }

  /**
   * Where the value begins: after the colon and one space ("If value starts with a U+0020 SPACE
   * character, remove it"); at the end of the line if there is no colon.
   */
  public static int value(byte[] bytes, int offset, int length, int nameLength) {
    int end = offset + length;
    int at = offset + nameLength;
    if (at == end) {
      return end;
    }
    at++;
    return at < end && bytes[at] == ' ' ? at + 1 : at;
  }

  /**
   * "If the field value consists of only ASCII digits, then interpret the field value as an integer
   * in base ten."
   *
   * @return the number, {@link #NO_DIGITS} or {@link #TOO_MANY_DIGITS}
   */
  public static long digits(byte[] bytes, int from, int to) {
    if (from == to) {
      return NO_DIGITS;
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return NO_DIGITS;
      }
      if (number >= 0) {
        number = number > (Long.MAX_VALUE - digit) / 10 ? TOO_MANY_DIGITS : number * 10 + digit;
      }
    }
    return number;
  }

  /**
   * The same of a text, such as the value of a header.
   *
   * @return the number, {@link Long#MAX_VALUE} for a larger one, or {@link #NO_DIGITS}
   */
  public static long digits(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    long number = digits(bytes, 0, bytes.length);
    return number == TOO_MANY_DIGITS ? Long.MAX_VALUE : number;
  }

  private static int word(String text) {
    return (text.charAt(0) << 24) | (text.charAt(1) << 16) | (text.charAt(2) << 8) | text.charAt(3);
  }
}
