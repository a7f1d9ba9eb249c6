package dev.ssebridge.internal.client;

import java.nio.charset.StandardCharsets;

/** Text in HTTP headers: UTF-8 on the wire, which Vert.x hands over as Latin-1 characters. */
final class HeaderText {
  private HeaderText() {}

  /**
   * Whether a header can carry this: no control characters but tab (RFC 9110, section 5.5), and not
   * just blanks, of which nothing arrives.
   */
  static boolean isSendable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7F) {
        return false;
      }
    }
    return text.isEmpty() || !trim(text).isEmpty();
  }

  /**
   * What to give to Vert.x, so that the UTF-8 bytes of the text are sent. Blanks around it are
   * dropped: HTTP/1.1 receivers do so (RFC 9110, section 5.5), and to HTTP/2 they are an error of
   * the whole request (RFC 9113, section 8.2.1).
   */
  static String toWire(String text) {
    String value = trim(text);
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) > 0x7E) {
        return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      }
    }
    return value;
  }

  private static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (start < end && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** The text whose UTF-8 bytes Vert.x handed over. */
  static String fromWire(String header) {
    for (int i = 0; i < header.length(); i++) {
      if (header.charAt(i) > 0x7E) {
        return new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
    }
    return header;
  }
}
