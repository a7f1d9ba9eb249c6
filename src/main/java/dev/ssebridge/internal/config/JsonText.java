package dev.ssebridge.internal.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.ssebridge.ConfigException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strict JSON (RFC 8259) that knows where it stands: broken JSON is a problem with line and column,
 * and so is a key that an object has twice.
 */
final class JsonText {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final String text;
  private final Problems problems;

  JsonText(String text, Problems problems) {
    this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    this.problems = problems;
  }

  /**
   * The object that the text is.
   *
   * @throws ConfigException if it is not JSON, or not an object
   */
  JsonObject parse() {
    try (JsonParser parser = FACTORY.createParser(text)) {
      return document(parser);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // the text is in memory
    }
  }

  private JsonObject document(JsonParser parser) throws IOException {
    try {
      if (parser.nextToken() == null) {
        throw broken(JsonLocation.NA, "expected a JSON object, got nothing");
      }
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw broken(
            parser.currentTokenLocation(), "expected a JSON object, which starts with \"{\"");
      }
      JsonObject object = object(parser, "");
      if (parser.nextToken() != null) {
        throw broken(
            parser.currentTokenLocation(), "expected the end after the JSON object, got more");
      }
      return object;
    } catch (JsonProcessingException wrong) {
      JsonLocation place = wrong.getLocation();
      throw broken(
          place == null ? parser.currentLocation() : place,
          "not JSON: " + withoutText(wrong.getOriginalMessage()));
    }
  }

  /** A word that is no JSON may be a secret whose quotes were forgotten. */
  private static String withoutText(String message) {
    return message.startsWith("Unrecognized token")
        ? "expected a value, got a word that is none; texts are in double quotes"
        : message;
  }

  private JsonObject object(JsonParser parser, String pointer) throws IOException {
    JsonObject object = new JsonObject();
    Map<String, JsonLocation> places = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      String place = pointer + "/" + ConfigObject.escape(key);
      JsonLocation here = parser.currentTokenLocation();
      JsonLocation first = places.putIfAbsent(key, here);
      if (first != null) {
        problems.add(place, "duplicate key, at " + place(first) + " and " + place(here));
      }
      parser.nextToken();
      object.put(key, value(parser, place));
    }
    return object;
  }

  private JsonArray array(JsonParser parser, String pointer) throws IOException {
    JsonArray array = new JsonArray();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser, pointer + "/" + array.size()));
    }
    return array;
  }

  private @Nullable Object value(JsonParser parser, String pointer) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> object(parser, pointer);
      case START_ARRAY -> array(parser, pointer);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("JSON token " + token + " where a value belongs");
    };
  }

  private ConfigException broken(JsonLocation location, String reason) {
    problems.add(place(location), reason);
    problems.throwIfAny();
    throw new AssertionError("a problem was noted");
  }

  private static String place(JsonLocation location) {
    if (location.getLineNr() < 1) {
      return ""; // an empty document has no place
    }
    return "line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
