package dev.ssebridge.internal.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Answers with 204, which has no Content-Length: RFC 9110, section 8.6. Vert.x would add one. */
public final class NoContent {
  private NoContent() {}

  /** Without any router. */
  public static void send(HttpServerResponse response) {
    response
        .setStatusCode(204)
        .headersEndHandler(v -> response.headers().remove(HttpHeaders.CONTENT_LENGTH))
        .end();
  }

  /** Through a router. */
  public static void send(RoutingContext context) {
    HttpServerResponse response = context.response();
    context.addHeadersEndHandler(v -> response.headers().remove(HttpHeaders.CONTENT_LENGTH));
    response.setStatusCode(204).end();
  }

  /** Either way. */
  public static void send(BridgeRequest request) {
    RoutingContext routing = request.routing();
    if (routing == null) {
      send(request.response());
    } else {
      send(routing);
    }
  }
}
