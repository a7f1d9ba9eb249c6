package dev.ssebridge.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Bytes of a body as text, or a clear refusal. */
final class StrictText {
  private static final char REPLACEMENT = '\uFFFD';

  private StrictText() {}

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

  /** What Jackson says, without where it keeps the text. */
  private static String reason(DecodeException notJson) {
    if (notJson.getCause() instanceof JsonProcessingException cause) {
      JsonLocation location = cause.getLocation();
      String column = location == null ? "" : " (column " + location.getColumnNr() + ")";
      return cause.getOriginalMessage() + column;
    }
    return "something after its end, or nothing";
  }

  static void requireJson(String text, String where) throws BadRequestException {
    try {
      Json.decodeValue(text);
    } catch (DecodeException notJson) {
      throw new BadRequestException(400, where + ": expected JSON, got " + reason(notJson));
    }
  }
}
