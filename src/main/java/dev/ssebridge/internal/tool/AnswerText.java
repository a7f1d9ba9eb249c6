package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a server said in an answer that is not what was hoped for, on one line for people. */
final class AnswerText {
  private static final int SHOWN = 300;
  private static final Pattern TITLE =
      Pattern.compile("<title[^>]*>([^<]*)</title>", Pattern.CASE_INSENSITIVE);

  private AnswerText() {}

  /**
   * The body in short: the detail of a problem (RFC 9457), what other JSON calls its message, the
   * title of a page, or the beginning of any other text; empty where it says nothing.
   */
  static String of(@Nullable String contentType, String body) {
    String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
    String text = body.strip();
    if (type.contains("json")) {
      JsonObject json = json(text);
      String message = json == null ? null : message(json);
      text = message == null ? text : message;
    } else if (type.contains("html")) {
      Matcher title = TITLE.matcher(text);
      text = title.find() ? "a page with the title \"" + title.group(1).strip() + "\"" : "a page";
    }
    return PrintableText.of(text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...");
  }

  /** The body as a JSON object, or null. */
  static @Nullable JsonObject json(String body) {
    try {
      return new JsonObject(body);
    } catch (DecodeException | ClassCastException notOne) {
      return null;
    }
  }

  private static @Nullable String message(JsonObject json) {
    for (String member : new String[] {"detail", "message", "error", "title"}) {
      Object value = json.getValue(member);
      if (value instanceof String text && !text.isBlank()) {
        return text;
      }
      if (value instanceof JsonObject inner) {
        return message(inner);
      }
    }
    return null;
  }
}
