package dev.ssebridge.internal.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.ssebridge.internal.http.BadRequestException;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Bytes of a body as text, or a clear refusal. */
final class StrictText {
  /** Names are looked at and forgotten, so there is no use in having each only once. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(constraintsOfVertx())
          .build();

  /** What a message about the whole of a body names. */
  static final String WHOLE = "body";

  private static final char REPLACEMENT = '\uFFFD';

  private StrictText() {}

  /** So that nobody finds later that the body cannot be parsed. */
  private static StreamReadConstraints constraintsOfVertx() {
    try (JsonParser parser = JacksonCodec.createParser("0")) {
      return parser.streamReadConstraints();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string has no input that could fail
    }
  }

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

  /**
   * Checks the whole text without building values of it: RFC 8259, without any extension. What
   * nests deeper than Vert.x would read, or has a longer number, is refused here.
   */
  static void requireJson(String text, String where) throws BadRequestException {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        throw notJson(where, "nothing", parser.currentTokenLocation());
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw notJson(where, "something after its end", parser.currentTokenLocation());
      }
    } catch (JsonProcessingException e) {
      throw notJson(where, e.getOriginalMessage(), e.getLocation());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string has no input that could fail
    }
  }

  private static BadRequestException notJson(String where, String got, @Nullable JsonLocation at) {
    String place = "";
    if (at != null) {
      // What is named by its line has no other.
      String line = where.equals(WHOLE) ? "line " + at.getLineNr() + ", " : "";
      place = " (" + line + "column " + at.getColumnNr() + ")";
    }
    return new BadRequestException(400, where + ": expected JSON, got " + got + place);
  }
}
