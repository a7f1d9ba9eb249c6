package dev.ssebridge.internal.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Ends an answer with its body, or without it where the head alone is asked for. */
public final class AnswerBody {
  private AnswerBody() {}

  /**
   * Ends the response with this body; the answer to {@code HEAD} has but its length (RFC 9110,
   * section 9.3.2). Vert.x leaves the body out over HTTP/1.1, but not over HTTP/2.
   */
  public static Future<Void> end(HttpServerRequest request, Buffer body) {
    HttpServerResponse response = withoutForeignLength(request);
    if (!request.method().equals(HttpMethod.HEAD)) {
      return response.end(body);
    }
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    return response.end();
  }

  /** Ends the response without a body. */
  public static Future<Void> none(HttpServerRequest request) {
    return withoutForeignLength(request).end();
  }

  /** A handler before the bridge may have set a length, which is that of another answer. */
  private static HttpServerResponse withoutForeignLength(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.headers().remove(HttpHeaders.CONTENT_LENGTH);
    return response;
  }
}
