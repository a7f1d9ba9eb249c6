package dev.ssebridge.internal.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of whole numbers in texts as regular expressions: JSON Schema has no other form for them.
 */
final class NumberPattern {
  private NumberPattern() {}

  /** The digits of a number from 0 on in this range, without zeros in front. */
  static String between(long from, long to) {
    List<String> parts = new ArrayList<>();
    if (from <= 0) {
      parts.add("0");
    }
    long at = Math.max(1, from);
    while (at <= to) {
      long size = 1;
      int digits = 0;
      while (at % (size * 10) == 0 && at + size * 10 - 1 <= to) {
        size *= 10;
        digits++;
      }
      long first = at / size % 10;
      long last = Math.min(9, first + (to - at + 1) / size - 1);
      long before = at / size / 10;
      boolean isWhole = before == 0 && first == 1 && last == 9;
      int most = digits;
      if (isWhole) {
        // All numbers of this length, and of some lengths more.
        while ((size * 100 - 1) <= to) {
          size *= 10;
          most++;
        }
        last = 9;
      }
      parts.add(
          (before == 0 ? "" : String.valueOf(before)) + digit(first, last) + any(digits, most));
      at = isWhole ? size * 10 : at + (last - first + 1) * size;
    }
    return parts.size() == 1 ? parts.get(0) : "(" + String.join("|", parts) + ")";
  }

  private static String digit(long first, long last) {
    return first == last ? String.valueOf(first) : "[" + first + "-" + last + "]";
  }

  private static String any(int least, int most) {
    if (most == 0) {
      return "";
    }
    return "[0-9]"
        + (most == 1 && least == 1
            ? ""
            : least == most ? "{" + most + "}" : "{" + least + "," + most + "}");
  }
}
