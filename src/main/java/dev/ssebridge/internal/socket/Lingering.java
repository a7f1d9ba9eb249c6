package dev.ssebridge.internal.socket;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/**
 * The rest of a body whose request was answered already. It is taken and dropped for a moment, so
 * that the client gets to read the answer: a connection that is closed with unread bytes is reset,
 * and with it what the client has not read. Then it is cut off, as a body need not end.
 */
public final class Lingering {
  private static final long MILLIS = 1000;

  private Lingering() {}

  /** On the request's context, after the answer. */
  static void start(Vertx vertx, HttpServerRequest request) {
    long timer = vertx.setTimer(MILLIS, t -> cut(request));
    request.handler(dropped -> {});
    request.exceptionHandler(gone -> vertx.cancelTimer(timer));
    request.endHandler(
        v -> {
          vertx.cancelTimer(timer);
          cut(request);
        });
    request.resume();
  }

  private static void cut(HttpServerRequest request) {
    switch (request.version()) {
      // RFC 9112, section 9.6: announced with the answer.
      case HTTP_1_0, HTTP_1_1 -> request.connection().close();
      default -> {
        if (!request.isEnded()) {
          // RFC 9113, section 8.1: a complete response, and no more of the request, please.
          request.response().reset(0);
        }
      }
    }
  }
}
