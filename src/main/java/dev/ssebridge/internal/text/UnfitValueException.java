package dev.ssebridge.internal.text;

import io.vertx.core.json.EncodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A value that is not what its key accepts; the message says what was expected and what came. */
public final class UnfitValueException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 80;

  private final @Nullable String what;

  public UnfitValueException(String message) {
    this(message, null);
  }

  private UnfitValueException(String message, @Nullable String what) {
    super(message);
    this.what = what;
  }

  public static UnfitValueException expected(String what, @Nullable Object got) {
    return new UnfitValueException("expected " + what + ", got " + show(got), what);
  }

  /** The same, where the value itself does not help or may hold a secret. */
  public static UnfitValueException expected(String what) {
    return new UnfitValueException("expected " + what, what);
  }

  /** The same of a value that must not be repeated. */
  public UnfitValueException hidden() {
    return expectedSecret(what == null ? "another value" : what);
  }

  /** What is not repeated, as it may well be the secret itself. */
  public static UnfitValueException expectedSecret(String what) {
    return new UnfitValueException(
        "expected " + what + "; what came is not repeated, as it may hold a secret");
  }

  /**
   * The value as JSON on one line, cut where it is long; a URL without what can be secret, and of
   * an object or a list only that it is one, for any of what it holds can be.
   */
  public static String show(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      return object.isEmpty() ? "{}" : "an object";
    }
    if (value instanceof JsonArray list) {
      return list.isEmpty() ? "[]" : "a list";
    }
    String text;
    try {
      text =
          value instanceof String url && url.contains("//")
              ? '"' + PrintableText.ofWholeUrl(url) + '"'
              : Json.encode(value);
    } catch (EncodeException notJson) {
      text = "a " + (value == null ? "null" : value.getClass().getName());
    }
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
