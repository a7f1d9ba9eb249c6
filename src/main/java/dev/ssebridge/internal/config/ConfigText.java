package dev.ssebridge.internal.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The text of a configuration, or of a part of one: JSON (RFC 8259) in which comments and a comma
 * after the last element are permitted, or YAML. It knows where it stands: a broken text is a
 * problem with line and column, and so is a key that an object has twice.
 */
class ConfigText {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .build();

  private final String name;
  private final String text;
  private final Substitution substitution;
  private final Problems problems;
  private final Origins origins;

  /** Set where the text is not the whole of its source, whose lines are then not counted. */
  private @Nullable Origin origin;

  ConfigText(String name, String text, Substitution substitution, Problems problems) {
    this.name = name;
    this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    this.substitution = substitution;
    this.problems = problems;
    this.origins = new Origins(name);
  }

  /** By the name of a file: YAML for {@code .yaml} and {@code .yml}, else JSON. */
  static ConfigText of(String name, String text, Substitution substitution, Problems problems) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".yaml") || lower.endsWith(".yml")
        ? new YamlText(name, text, substitution, problems)
        : new ConfigText(name, text, substitution, problems);
  }

  /** What lies in a variable or an option, which has no name to tell by. */
  static ConfigText ofUnnamed(
      String name, String text, Substitution substitution, Problems problems) {
    String start = text.stripLeading();
    return start.startsWith("{") || start.startsWith("/") || start.startsWith("\uFEFF")
        ? new ConfigText(name, text, substitution, problems)
        : new YamlText(name, text, substitution, problems);
  }

  /** How problems call the language. */
  String language() {
    return "JSON";
  }

  JsonParser parser(String text) throws IOException {
    return FACTORY.createParser(text);
  }

  /**
   * What is wrong with the text; null where it cannot be said without repeating it.
   *
   * @param wrong what the parser says
   */
  String reason(JsonProcessingException wrong) {
    String message = wrong.getOriginalMessage();
    // A word that is no JSON may be a secret whose quotes were forgotten.
    return message.startsWith("Unrecognized token")
        ? "expected a value, got a word that is none; texts are in double quotes"
        : message.replaceFirst("( \\(start marker at|: enable `).*", "");
  }

  /** Looks at a token before its value is taken. */
  void check(JsonParser parser) throws IOException {}

  Object number(JsonParser parser) throws IOException {
    return parser.getNumberValue();
  }

  /**
   * The object that the text is.
   *
   * @throws ConfigException if it is not of the language, or not an object
   */
  ConfigTree parse() {
    try (JsonParser parser = parser(text)) {
      return new ConfigTree(
          (JsonObject) Objects.requireNonNull(document(parser, "", true)), origins);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // the text is in memory
    }
  }

  /**
   * The value that the text is: a part of a configuration.
   *
   * @param pointer where it belongs
   * @throws ConfigException if it is not of the language
   */
  @Nullable Object parseValue(String pointer, Origin origin) {
    this.origin = origin;
    try (JsonParser parser = parser(text)) {
      return document(parser, pointer, false);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private @Nullable Object document(JsonParser parser, String pointer, boolean isWhole)
      throws IOException {
    try {
      JsonToken first = parser.nextToken();
      if (isWhole && (first == null || first == JsonToken.VALUE_NULL)) {
        throw broken(JsonLocation.NA, "expected " + anObject() + ", got nothing");
      }
      if (isWhole && first != JsonToken.START_OBJECT) {
        throw broken(parser.currentTokenLocation(), "expected " + anObject() + beginning());
      }
      Object value = value(parser, pointer);
      if (parser.nextToken() != null) {
        throw broken(
            parser.currentTokenLocation(), "expected the end after " + anObject() + ", got more");
      }
      return value;
    } catch (JsonProcessingException wrong) {
      JsonLocation place = wrong.getLocation();
      throw broken(
          place == null ? parser.currentLocation() : place,
          "not " + language() + ": " + reason(wrong));
    }
  }

  private String anObject() {
    return language().equals("JSON") ? "a JSON object" : "a mapping";
  }

  private String beginning() {
    return language().equals("JSON") ? ", which starts with \"{\"" : "; it has lines as key: value";
  }

  private JsonObject object(JsonParser parser, String pointer) throws IOException {
    JsonObject object = new JsonObject();
    Map<String, JsonLocation> places = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      check(parser);
      String key = parser.currentName();
      String place = pointer + "/" + ConfigObject.escape(key);
      JsonLocation here = parser.currentTokenLocation();
      JsonLocation first = places.putIfAbsent(key, here);
      if (first != null) {
        problems.add(
            source(here), place, "duplicate key, at " + place(first) + " and " + place(here));
      }
      note(place, here);
      parser.nextToken();
      object.put(key, value(parser, place));
    }
    return object;
  }

  private JsonArray array(JsonParser parser, String pointer) throws IOException {
    JsonArray array = new JsonArray();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String place = pointer + "/" + array.size();
      note(place, parser.currentTokenLocation());
      array.add(value(parser, place));
    }
    return array;
  }

  private @Nullable Object value(JsonParser parser, String pointer) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw broken(parser.currentLocation(), "expected a value, got nothing");
    }
    check(parser);
    return switch (token) {
      case START_OBJECT -> object(parser, pointer);
      case START_ARRAY -> array(parser, pointer);
      case VALUE_STRING -> text(parser, pointer);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("the token " + token + " where a value belongs");
    };
  }

  private Object text(JsonParser parser, String pointer) throws IOException {
    JsonLocation here = parser.currentTokenLocation();
    try {
      return origins.withoutPrinting(pointer, substitution.in(parser.getText()));
    } catch (UnfitValueException unfit) {
      problems.add(source(here), pointer, String.valueOf(unfit.getMessage()));
      return Given.NOTHING;
    }
  }

  private void note(String pointer, JsonLocation here) {
    origins.put(
        pointer, origin == null ? new Origin(name, here.getLineNr(), here.getColumnNr()) : origin);
  }

  /** Where what was read is written. */
  final Origins origins() {
    return origins;
  }

  private String source(JsonLocation here) {
    return origin == null ? name + ":" + place(here) : origin.toString();
  }

  /**
   * Notes that the text is broken.
   *
   * @return never
   */
  final ConfigException broken(JsonLocation location, String reason) {
    boolean hasPlace = location.getLineNr() >= 1; // an empty document has none
    problems.add(hasPlace ? name + ":" + place(location) : name, "", reason);
    problems.throwIfAny();
    throw new AssertionError("a problem was noted");
  }

  private static String place(JsonLocation location) {
    return location.getLineNr() + ":" + location.getColumnNr();
  }
}
