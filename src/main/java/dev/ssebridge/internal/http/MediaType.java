package dev.ssebridge.internal.http;

import dev.ssebridge.PublishBody;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a body to publish is.
 *
 * @param kind how it is read
 */
public record MediaType(Kind kind) {

  /** RFC 9110, section 8.3.1. */
  private static final Pattern TYPE =
      Pattern.compile("T/T".replace("T", "[!#$%&'*+.^_`|~0-9a-z-]+"));

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

  /**
   * What a {@code Content-Type} says; without one the body is text.
   *
   * @param body what bodies become: it decides which types are taken
   * @throws BadRequestException 415 for one that is not taken, 400 for several
   */
  public static MediaType of(List<String> headers, PublishBody body) throws BadRequestException {
    if (headers.size() > 1) {
      throw new BadRequestException(
          400, "content-type: expected one media type, got " + headers.size() + " headers");
    }
    return of(headers.isEmpty() ? null : headers.get(0), body);
  }

  private static MediaType of(@Nullable String header, PublishBody body)
      throws BadRequestException {
    String type = "";
    if (header != null && !header.isBlank()) {
      List<String> parts = HeaderText.split(header, ';');
      type = parts.get(0).trim().toLowerCase(Locale.ROOT);
      for (String parameter : parts.subList(1, parts.size())) {
        requireUtf8(parameter.trim().toLowerCase(Locale.ROOT));
      }
    }
    Kind kind = kindOf(type, body);
    String got = ", got " + (type.isEmpty() ? "none" : '"' + type + '"');
    if (body == PublishBody.JSON && kind != Kind.JSON && kind != Kind.NDJSON) {
      throw new BadRequestException(
          415,
          "content-type: expected application/json, */*+json or application/x-ndjson, as only JSON"
              + " is published here"
              + got);
    }
    if (kind == null) {
      throw new BadRequestException(
          415,
          "content-type: expected text/*, application/json, application/x-ndjson or"
              + " text/event-stream"
              + got);
    }
    return new MediaType(kind);
  }

  /** Whether one of the lines of {@code Accept} names an event stream. */
  public static boolean acceptsEventStream(HttpServerRequest request) {
    return request.headers().getAll(HttpHeaders.ACCEPT).stream()
        .anyMatch(line -> line.toLowerCase(Locale.ROOT).contains("text/event-stream"));
  }

  private static @Nullable Kind kindOf(String type, PublishBody body) {
    if (!type.isEmpty() && !TYPE.matcher(type).matches()) {
      return null;
    }
    if (type.equals("text/event-stream")) {
      return Kind.EVENT_STREAM;
    }
    if (type.equals("application/x-ndjson") || type.equals("application/ndjson")) {
      return Kind.NDJSON;
    }
    if (isJson(type)) {
      return Kind.JSON;
    }
    boolean any = type.isEmpty() || type.startsWith("text/") || body == PublishBody.BUFFER;
    return any ? Kind.TEXT : null;
  }

  /** RFC 6839, section 3.1, and what the MIME Sniffing Standard calls a JSON MIME type. */
  private static boolean isJson(String type) {
    return type.equals("application/json") || type.equals("text/json") || type.endsWith("+json");
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
