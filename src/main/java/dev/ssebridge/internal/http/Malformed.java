package dev.ssebridge.internal.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;

/**
 * Requests that no route can be found for, as their target is no path, or not percent-encoded
 * UTF-8. A router alone logs each with a stack trace, so a client could fill a disk.
 */
public final class Malformed {
  private static final Problem PROBLEM =
      new Problem(
          400,
          "request target: expected a path that begins with / and is percent-encoded UTF-8, got"
              + " another one");

  private Malformed() {}

  /** Has a router answer them, unless the application sets a handler of its own for 400. */
  public static void answeredBy(Router router) {
    router.errorHandler(
        400,
        context -> {
          HttpServerResponse response = context.response();
          if (!response.ended()) {
            PROBLEM.send(response);
          }
        });
  }
}
