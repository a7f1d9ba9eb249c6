package dev.ssebridge.internal.address;

import dev.ssebridge.internal.text.UnfitValueException;
import java.util.regex.Pattern;

/** What makes two events the same thing, so that only the newer one matters. */
public sealed interface ConflationKey {
  /** Pointers of RFC 6901, section 3, but for that to all of it; as a pattern of JSON Schema. */
  String POINTER = "^(/([^/~]|~[01])*)+$";

  /** The type of the event. */
  record EventType() implements ConflationKey {}

  /** The event-bus address it came from. */
  record Address() implements ConflationKey {}

  /** A header of the message. */
  record Header(String name) implements ConflationKey {}

  /** The value that a JSON pointer (RFC 6901) finds in the body. */
  record Body(String pointer) implements ConflationKey {}

  /** Whether this is a JSON pointer that leads somewhere. */
  static boolean isPointer(String text) {
    return Syntax.POINTER.matcher(text).matches();
  }

  /**
   * The key this text names.
   *
   * @throws IllegalArgumentException if it names none
   */
  static ConflationKey parse(String text) {
    if (text.equals("type")) {
      return new EventType();
    }
    if (text.equals("address")) {
      return new Address();
    }
    if (Syntax.HEADER.matcher(text).matches()) {
      return new Header(text.substring("header:".length()));
    }
    if (isPointer(text)) {
      return new Body(text);
    }
    throw UnfitValueException.expected(
        "\"type\", \"address\", \"header:<name>\" or a JSON pointer such as \"/sensor/id\"", text);
  }

  /** Field names of RFC 9110, section 5.1, and pointers of RFC 6901, section 3. */
  final class Syntax {
    private static final Pattern HEADER = Pattern.compile("header:[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern POINTER = Pattern.compile("(?:/(?:[^/~]++|~[01])*+)++");

    private Syntax() {}
  }
}
