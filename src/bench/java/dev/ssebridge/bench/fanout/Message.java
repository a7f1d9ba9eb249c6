package dev.ssebridge.bench.fanout;

/**
 * What is published: {@code <number, 10 digits> <time, 19 digits> xxx...}, plain text that neither
 * JSON nor an event stream has to escape, so that every peer carries the same bytes.
 */
final class Message {
  /** The shortest message: number and time. */
  static final int MIN_LENGTH = 31;

  private static final int NUMBER_DIGITS = 10;
  private static final int TIME_AT = NUMBER_DIGITS + 1;
  private static final int TIME_DIGITS = 19;

  private Message() {}

  /** Writes a message of this length. */
  static void write(byte[] target, int at, int length, long number, long nanos) {
    digits(target, at, NUMBER_DIGITS, number);
    target[at + NUMBER_DIGITS] = ' ';
    digits(target, at + TIME_AT, TIME_DIGITS, nanos);
    target[at + TIME_AT + TIME_DIGITS] = ' ';
    for (int i = MIN_LENGTH; i < length; i++) {
      target[at + i] = 'x';
    }
  }

  /** The number of the message that lies here whole, or -1 where there is none. */
  static long number(byte[] bytes, int at, int length, int expectedLength) {
    boolean whole =
        length == expectedLength
            && bytes[at + NUMBER_DIGITS] == ' '
            && (length == MIN_LENGTH || bytes[at + length - 1] == 'x');
    return whole ? digits(bytes, at, NUMBER_DIGITS) : -1;
  }

  /** When the message that lies here was to be sent, nanoseconds. */
  static long nanos(byte[] bytes, int at) {
    return digits(bytes, at + TIME_AT, TIME_DIGITS);
  }

  private static void digits(byte[] target, int at, int count, long value) {
    long rest = value;
    for (int i = at + count - 1; i >= at; i--) {
      target[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  private static long digits(byte[] bytes, int at, int count) {
    long value = 0;
    for (int i = at; i < at + count; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
