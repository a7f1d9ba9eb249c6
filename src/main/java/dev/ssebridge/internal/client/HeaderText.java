package dev.ssebridge.internal.client;

import java.nio.charset.StandardCharsets;

/** Text in HTTP headers: UTF-8 on the wire, which Vert.x hands over as Latin-1 characters. */
final class HeaderText {
  private HeaderText() {}

  /** Whether a header can carry this: no control characters but tab (RFC 9110, section 5.5). */
  static boolean isSendable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7F) {
        return false;
      }
    }
    return true;
  }

  /** What to give to Vert.x, so that the UTF-8 bytes of the text are sent. */
  static String toWire(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7E) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      }
    }
    return text;
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
