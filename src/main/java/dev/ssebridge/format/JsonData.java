package dev.ssebridge.format;

import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The data of an event as JSON. */
final class JsonData {
  private static final Pattern PLACE = Pattern.compile("line: (\\d+), column: (\\d+)\\]\\s*$");

  private JsonData() {}

  /**
   * @throws DecodeException with the event and the place in its data
   */
  static @Nullable Object decode(ServerSentEvent event) {
    String data = event.data();
    if (data == null) {
      throw new DecodeException(name(event) + ": expected JSON, got an event without data");
    }
    try {
      return Json.decodeValue(data);
    } catch (DecodeException e) {
      throw new DecodeException(
          name(event) + ": expected JSON, got " + problem(String.valueOf(e.getMessage())), e);
    }
  }

  /** What the parser says, without the text itself, which may be long or a secret. */
  private static String problem(String message) {
    int source = message.indexOf("\n at [");
    String what = source < 0 ? message : message.substring(0, source);
    Matcher place = PLACE.matcher(message);
    return PrintableText.of(
        "something else"
            + (place.find()
                ? " at line " + place.group(1) + ", column " + place.group(2) + " of its data"
                : "")
            + ": "
            + what);
  }

  private static String name(ServerSentEvent event) {
    String id = event.id();
    return PrintableText.of(
        "event of type \""
            + event.effectiveType()
            + "\""
            + (id == null || id.isEmpty() ? "" : ", id \"" + id + "\""));
  }
}
