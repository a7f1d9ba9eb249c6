package dev.ssebridge.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The event stream interpretation of WHATWG HTML 9.2.6 as the text has it, for a stream that is
 * there as a whole: slow, naive, and short enough to be checked by eye against the standard. Gives
 * the calls that a {@link StreamRecorder} writes down.
 */
final class ReferenceDecoder {
  private final List<String> calls = new ArrayList<>();
  private final boolean ownFields;

  private String data = "";
  private String type = "";
  private String idBuffer = "";
  private String lastEventId = "";
  private long retry = -1;
  private Map<String, String> fields = new LinkedHashMap<>();

  private ReferenceDecoder(boolean ownFields) {
    this.ownFields = ownFields;
  }

  static List<String> decode(byte[] stream, boolean ownFields) {
    ReferenceDecoder decoder = new ReferenceDecoder(ownFields);
    String text = utf8(stream);
    // "Streams must be decoded using the UTF-8 decode algorithm", which strips one mark.
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r' || c == '\n') {
        if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
          i++;
        }
        decoder.line(line.toString());
        line.setLength(0);
      } else {
        line.append(c);
      }
    }
    // "Once the end of the file is reached, any pending data must be discarded."
    return decoder.calls;
  }

  private void line(String line) {
    if (line.isEmpty()) {
      dispatch();
    } else if (line.startsWith(":")) {
      calls.add("comment " + line.substring(1));
    } else if (line.contains(":")) {
      String value = line.substring(line.indexOf(':') + 1);
      field(
          line.substring(0, line.indexOf(':')), value.startsWith(" ") ? value.substring(1) : value);
    } else {
      field(line, "");
    }
  }

  private void field(String name, String value) {
    switch (name) {
      case "event" -> type = value;
      case "data" -> data += value + "\n";
      case "id" -> idBuffer = value.indexOf('\0') < 0 ? value : idBuffer;
      case "retry" -> {
        if (value.matches("[0-9]+")) {
          java.math.BigInteger number = new java.math.BigInteger(value);
          retry = number.bitLength() < 64 ? number.longValue() : Long.MAX_VALUE;
          calls.add("retry " + retry);
        }
      }
      default -> {
        if (ownFields) {
          fields.put(name, value);
        }
      }
    }
  }

  private void dispatch() {
    if (!idBuffer.equals(lastEventId)) {
      lastEventId = idBuffer;
      calls.add("id " + lastEventId);
    }
    if (!data.isEmpty()) {
      calls.add(
          StreamRecorder.call(
              ServerSentEvent.received(
                  lastEventId.isEmpty() ? null : lastEventId,
                  type.isEmpty() ? null : type,
                  data.substring(0, data.length() - 1),
                  retry,
                  fields)));
    }
    data = "";
    type = "";
    retry = -1;
    fields = new LinkedHashMap<>();
  }

  /** The UTF-8 decoder of the Encoding standard, 8.1.1, step by step. */
  static String utf8(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int codePoint = 0;
    int seen = 0;
    int needed = 0;
    int lower = 0x80;
    int upper = 0xBF;
    for (int i = 0; i < bytes.length; i++) {
      int b = bytes[i] & 0xFF;
      if (needed == 0) {
        if (b <= 0x7F) {
          text.append((char) b);
        } else if (b >= 0xC2 && b <= 0xDF) {
          needed = 1;
          codePoint = b & 0x1F;
        } else if (b >= 0xE0 && b <= 0xEF) {
          lower = b == 0xE0 ? 0xA0 : lower;
          upper = b == 0xED ? 0x9F : upper;
          needed = 2;
          codePoint = b & 0xF;
        } else if (b >= 0xF0 && b <= 0xF4) {
          lower = b == 0xF0 ? 0x90 : lower;
          upper = b == 0xF4 ? 0x8F : upper;
          needed = 3;
          codePoint = b & 0x7;
        } else {
          text.append('\uFFFD');
        }
        continue;
      }
      boolean inRange = b >= lower && b <= upper;
      lower = 0x80;
      upper = 0xBF;
      if (!inRange) {
        codePoint = 0;
        needed = 0;
        seen = 0;
        text.append('\uFFFD');
        i--; // "restore byte to ioQueue"
        continue;
      }
      codePoint = (codePoint << 6) | (b & 0x3F);
      seen++;
      if (seen == needed) {
        text.appendCodePoint(codePoint);
        codePoint = 0;
        needed = 0;
        seen = 0;
      }
    }
    if (needed != 0) {
      text.append('\uFFFD');
    }
    return text.toString();
  }
}
