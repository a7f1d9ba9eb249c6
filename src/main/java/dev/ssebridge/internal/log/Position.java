package dev.ssebridge.internal.log;

import org.jspecify.annotations.Nullable;

/**
 * A place in a channel's log: the log's epoch and the sequence of the last event that was had. On
 * the wire it is the event id, {@code <epoch>-<sequence>}; sequence 0 is the place before the first
 * event.
 */
public record Position(String epoch, long sequence) {

  /** No epoch that was ever issued is longer. */
  private static final int MAX_EPOCH = 62;

  /** The sequence of each id with more digits; no log comes so far. */
  private static final long FUTURE = 1_000_000_000_000_000_000L;

  private static final int MAX_DIGITS = 18;

  /** Reads an id of our form, or returns {@code null} for anything else. */
  public static @Nullable Position parse(String id) {
    int dash = id.lastIndexOf('-');
    int digits = id.length() - dash - 1;
    if (dash > MAX_EPOCH || dash <= 0 || digits < 1) {
      return null;
    }
    for (int i = 0; i < dash; i++) {
      char c = id.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z')) {
        return null;
      }
    }
    long sequence = 0;
    for (int i = dash + 1; i < id.length(); i++) {
      int digit = id.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      sequence = i - dash > MAX_DIGITS ? FUTURE : sequence * 10 + digit;
    }
    boolean leadingZero = digits > 1 && id.charAt(dash + 1) == '0';
    return leadingZero ? null : new Position(id.substring(0, dash), sequence);
  }

  @Override
  public String toString() {
    return epoch + '-' + sequence;
  }
}
