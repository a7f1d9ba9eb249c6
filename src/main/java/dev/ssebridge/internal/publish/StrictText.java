package dev.ssebridge.internal.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ssebridge.internal.http.BadRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Bytes of a body as text, or a clear refusal. */
final class StrictText {
  /** Names are looked at and forgotten, so there is no use in having each only once. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private static final char REPLACEMENT = '\uFFFD';

  private StrictText() {}

  /** Text without a byte order mark at its beginning: RFC 8259, section 8.1, lets it be ignored. */
  static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /**
   * @param where names the place in messages
   */
  static String utf8(byte[] bytes, int offset, int length, String where)
      throws BadRequestException {
    String text = new String(bytes, offset, length, UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0) {
      try {
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length)).toString();
      } catch (CharacterCodingException malformed) {
        throw new BadRequestException(400, where + ": expected UTF-8, got other bytes");
      }
    }
    return text;
  }

  /** Reads the text to its end, and makes nothing of it: RFC 8259, without any extension. */
  static void requireJson(String text, String where) throws BadRequestException {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        throw notJson(where, "nothing");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw notJson(where, "something after its end");
      }
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      String column = location == null ? "" : " (column " + location.getColumnNr() + ")";
      throw notJson(where, e.getOriginalMessage() + column);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string has no input that could fail
    }
  }

  private static BadRequestException notJson(String where, String got) {
    return new BadRequestException(400, where + ": expected JSON, got " + got);
  }
}
