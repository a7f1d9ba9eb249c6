package dev.ssebridge.internal.config;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A text that came from outside of the JSON it stands in: what it means is decided by the key that
 * it is for.
 *
 * @param isSecret whether it is never printed
 * @param isNoted whether it could not be read, which is among the problems
 */
record Given(String text, boolean isSecret, boolean isNoted) {
  /** Stands where a text could not be read, which has been noted. */
  static final Given NOTHING = new Given("", true, true);

  Given(String text, boolean isSecret) {
    this(text, isSecret, false);
  }

  /** The text alone. */
  @Override
  public String toString() {
    return isSecret ? "***" : text;
  }

  /**
   * What the text says where a block or a list belongs.
   *
   * @return an object, a list, or null, of which the texts are secret if this one is
   * @throws UnfitValueException if it is no JSON; says why
   */
  @Nullable Object json() {
    Problems problems = new Problems((String) null);
    try {
      ConfigText json = new ConfigText("its text", text, Substitution.NONE, problems);
      Object value = json.parseValue("", Origin.of("its text"));
      problems.throwIfAny();
      return isSecret ? hidden(value) : value;
    } catch (ConfigException broken) {
      throw isSecret
          ? UnfitValueException.expectedSecret("JSON")
          : new UnfitValueException("expected JSON, got a text that is " + reasonOf(broken));
    }
  }

  private static String reasonOf(ConfigException broken) {
    return broken.problems().get(0).message();
  }

  /**
   * A value that a secret text was JSON of: its texts are secret as well.
   *
   * @param value what is in it is replaced
   */
  static @Nullable Object hidden(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      object.fieldNames().forEach(key -> object.put(key, hidden(object.getValue(key))));
      return object;
    }
    if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, hidden(array.getValue(i)));
      }
      return array;
    }
    return value instanceof String text ? new Given(text, true) : value;
  }
}
