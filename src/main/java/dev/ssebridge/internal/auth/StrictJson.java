package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * JSON that has one meaning for everybody: no name stands twice in an object (RFC 7519, section 4).
 */
final class StrictJson {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private StrictJson() {}

  /** The object that these bytes are in UTF-8; null where they are anything else. */
  static @Nullable JsonObject object(byte[] bytes) {
    try {
      return object(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (IOException malformed) {
      return null;
    }
  }

  /** The object that a text is; null where it is anything else. */
  static @Nullable JsonObject object(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      parser.skipChildren();
      return parser.nextToken() == null ? new JsonObject(text) : null;
    } catch (IOException | DecodeException malformed) {
      return null;
    }
  }
}
