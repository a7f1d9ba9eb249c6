package dev.ssebridge.internal.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why a request is refused, as a client reads it: a problem detail of RFC 9457.
 *
 * @param status the HTTP status
 * @param detail what was expected, what came, and the repair
 * @param more further members
 */
public record Problem(int status, String detail, Map<String, Object> more) {
  /** No browser shall take an answer for what it is not: Fetch, section 3.5 (nosniff). */
  public static final CharSequence CONTENT_TYPE_OPTIONS =
      HttpHeaders.createOptimized("x-content-type-options");

  public static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");

  private static final String MEDIA_TYPE = "application/problem+json";

  /** Not the client's fault. */
  public static final Problem INTERNAL =
      new Problem(500, "the request failed; the log of the server says why");

  public Problem(int status, String detail) {
    this(status, detail, Map.of());
  }

  /** The same with one more member. */
  public Problem with(String name, Object value) {
    Map<String, Object> members = new LinkedHashMap<>(more);
    members.put(name, value);
    return new Problem(status, detail, members);
  }

  /**
   * Answers a request with this, unless something was answered already; one that asks for the head
   * alone, with just that, over any version of HTTP (RFC 9110, section 9.3.2).
   */
  public void send(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (response.headWritten() || response.closed()) {
      return;
    }
    response.setStatusCode(status);
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(CONTENT_TYPE_OPTIONS, NOSNIFF);
    AnswerBody.end(request, json(response.getStatusMessage()).toBuffer());
  }

  private JsonObject json(String title) {
    JsonObject json =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", title)
            .put("status", status)
            .put("detail", detail);
    more.forEach(json::put);
    return json;
  }
}
