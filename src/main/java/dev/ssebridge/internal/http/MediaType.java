package dev.ssebridge.internal.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a body to publish is.
 *
 * @param kind how it is read
 */
public record MediaType(Kind kind) {

  /** How a body is read. */
  public enum Kind {
    /** One message, any text. */
    TEXT,
    /** One message, which must be JSON. */
    JSON,
    /** One JSON message a line. */
    NDJSON,
    /** One message an event. */
    EVENT_STREAM
  }

  /** What a {@code Content-Type} says; without one the body is text. */
  public static MediaType of(@Nullable String header) throws BadRequestException {
    if (header == null || header.isBlank()) {
      return new MediaType(Kind.TEXT);
    }
    int end = header.indexOf(';');
    String type = (end < 0 ? header : header.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    if (end >= 0) {
      for (String parameter : header.substring(end + 1).split(";", -1)) {
        requireUtf8(parameter.trim().toLowerCase(Locale.ROOT));
      }
    }
    if (type.equals("text/event-stream")) {
      return new MediaType(Kind.EVENT_STREAM);
    }
    if (type.equals("application/x-ndjson") || type.equals("application/ndjson")) {
      return new MediaType(Kind.NDJSON);
    }
    if (type.equals("application/json") || type.endsWith("+json")) {
      return new MediaType(Kind.JSON);
    }
    if (type.startsWith("text/")) {
      return new MediaType(Kind.TEXT);
    }
    throw new BadRequestException(
        415,
        "content-type: expected text/*, application/json, application/x-ndjson or"
            + " text/event-stream, got \""
            + type
            + "\"");
  }

  /** Whether a body may hold any number of messages. */
  public boolean isStreaming() {
    return kind == Kind.NDJSON || kind == Kind.EVENT_STREAM;
  }

  private static void requireUtf8(String parameter) throws BadRequestException {
    if (!parameter.startsWith("charset=")) {
      return;
    }
    String charset = parameter.substring("charset=".length()).replace("\"", "").trim();
    if (!charset.equals("utf-8") && !charset.equals("utf8") && !charset.equals("us-ascii")) {
      throw new BadRequestException(
          415, "content-type: expected charset=utf-8, got charset=\"" + charset + "\"");
    }
  }
}
