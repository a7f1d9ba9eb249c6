package dev.ssebridge.internal.text;

import java.io.IOException;
import java.util.regex.Pattern;

/**
 * Text of somebody else's, as it may stand in a line of a log: what ends the line, moves the cursor
 * of a terminal or turns the direction of writing is written as an escape.
 */
public final class PrintableText {
  private static final Pattern USER = Pattern.compile("(?<=//)[^/?#\\s\"]*@");
  private static final Pattern QUERY = Pattern.compile("\\?[^#\\s\"]*");

  /** Characters of a URL. */
  private static final int SHOWN = 200;

  /** Characters of a text: who wrote it may have meant to fill the disk. */
  static final int LONGEST = 8192;

  private static final String HEX = "0123456789abcdef";

  private PrintableText() {}

  /** A URL, or text with one in it, without user information and query, which can be secrets. */
  public static String ofUrl(String text) {
    String withoutUser = USER.matcher(text).replaceAll("***@");
    return of(QUERY.matcher(withoutUser).replaceAll("?***"));
  }

  /**
   * Text that is, or was meant to be, one URL, likewise. Where it is malformed nobody knows where
   * its user information ends, so all up to the last @ is left out.
   */
  public static String ofWholeUrl(String url) {
    int end = 0;
    while (end < url.length() && url.charAt(end) != '?' && url.charAt(end) != '#') {
      end++;
    }
    int at = url.lastIndexOf('@');
    int slashes = url.indexOf("//");
    int from = slashes >= 0 && slashes < at ? slashes + 2 : 0;
    String start = at < 0 ? "" : url.substring(0, from) + "***";
    String rest = at < 0 ? url.substring(0, end) : at < end ? url.substring(at, end) : "";
    String shown = start + rest + (end < url.length() ? "?***" : "");
    return of(shown.length() <= SHOWN ? shown : shown.substring(0, SHOWN) + "...");
  }

  /**
   * Why a connection or a request has failed. What cannot be decoded is repeated by the decoder in
   * its message, tokens as well, so of that no more is said than its kind.
   */
  public static String ofFailure(Throwable failure) {
    String kind = failure.getClass().getSimpleName();
    String message = failure.getMessage();
    return failure instanceof IOException && message != null ? of(kind + ": " + message) : kind;
  }

  /** The text, or the beginning of a long one, on one line. Escapes nothing twice. */
  public static String of(String text) {
    return text.length() <= LONGEST
        ? escaped(text)
        : escaped(text.substring(0, LONGEST)) + "... (" + text.length() + " characters)";
  }

  /** The whole text on one line, however long it is. Escapes nothing twice. */
  public static String ofAll(String text) {
    return escaped(text);
  }

  private static String escaped(String text) {
    int first = 0;
    while (first < text.length() && !isUnprintable(text.charAt(first))) {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isUnprintable(c)) {
        escaped.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          escaped.append(HEX.charAt(c >> shift & 0xF));
        }
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static boolean isUnprintable(char c) {
    if (c < 0x7F) {
      return c < ' ';
    }
    return switch (Character.getType(c)) {
      // Controls (U+0085 among them), bidirectional and other formats, U+2028, U+2029.
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
