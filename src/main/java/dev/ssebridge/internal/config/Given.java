package dev.ssebridge.internal.config;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text that came from outside of the JSON that it stands in. The key that it is for decides what
 * it means.
 *
 * @param secrets what in it came from files, and is never printed; nor is it itself then
 * @param isNoted whether it could not be read, which is among the problems
 */
record Given(String text, List<String> secrets, boolean isNoted) {
  /** Stands where a text could not be read, which has been noted. */
  static final Given NOTHING = new Given("", List.of(""), true);

  Given(String text, List<String> secrets) {
    this(text, secrets, false);
  }

  boolean isSecret() {
    return !secrets.isEmpty();
  }

  /** Whether it says that there is nothing, whatever it is for. */
  boolean isNull() {
    return !isNoted && text.equals("null");
  }

  /** The text alone. */
  @Override
  public String toString() {
    return isSecret() ? "***" : text;
  }

  /**
   * What the text says where a block or a list belongs.
   *
   * @param origins are told of the secrets
   * @return an object, a list, or null, of which the texts are secret if this one is
   * @throws UnfitValueException if it is no JSON; says why
   */
  @Nullable Object json(Origins origins) {
    Problems problems = new Problems((String) null);
    try {
      ConfigText json = new ConfigText("its text", text, Substitution.NONE, problems);
      Object value = json.parseValue("", Origin.of("its text"));
      problems.throwIfAny();
      return isSecret() ? hidden(value, origins) : value;
    } catch (ConfigException broken) {
      throw isSecret()
          ? UnfitValueException.expectedSecret("JSON")
          : new UnfitValueException("expected JSON, got a text that is " + reasonOf(broken));
    }
  }

  /** What a text says as JSON; the text itself where it is none. */
  static Object jsonOf(String text) {
    try {
      Object value = Json.decodeValue(text);
      return value == null ? text : value;
    } catch (DecodeException noJson) {
      return text;
    }
  }

  /** A value of JSON in which what came from outside is text. */
  static @Nullable Object textsIn(@Nullable Object value) {
    if (value instanceof Given given) {
      return given.text();
    }
    if (value instanceof JsonObject object) {
      object.fieldNames().forEach(key -> object.put(key, textsIn(object.getValue(key))));
    } else if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, textsIn(array.getValue(i)));
      }
    }
    return value;
  }

  private static String reasonOf(ConfigException broken) {
    return broken.problems().get(0).message();
  }

  /**
   * A value that a secret text was JSON of: its texts are secret as well.
   *
   * @param value what is in it is replaced
   */
  private static @Nullable Object hidden(@Nullable Object value, Origins origins) {
    if (value instanceof JsonObject object) {
      object.fieldNames().forEach(key -> object.put(key, hidden(object.getValue(key), origins)));
      return object;
    }
    if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, hidden(array.getValue(i), origins));
      }
      return array;
    }
    if (value instanceof String text) {
      origins.hide(text);
      return new Given(text, List.of(text));
    }
    return value;
  }
}
