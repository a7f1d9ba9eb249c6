package dev.ssebridge.internal.http;

import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;

/**
 * What a router of the bridge's own server answers where no handler does: problems in JSON, as the
 * bridge itself does, in place of HTML.
 */
public final class RouterErrors {
  private static final System.Logger LOG = System.getLogger(RouterErrors.class.getName());

  /**
   * Of requests that no route can be found for, as their target is no path, or not percent-encoded
   * UTF-8. A router alone logs each with a stack trace, so a client could fill a disk.
   */
  private static final Problem MALFORMED =
      new Problem(
          400,
          "request target: expected a path that begins with / and is percent-encoded UTF-8, got"
              + " another one");

  private static final Problem NOT_FOUND =
      new Problem(404, "path: expected one of those that are served here, got another");

  private RouterErrors() {}

  /** Has a router answer so, where the application sets no handler of its own. */
  public static void answeredBy(Router router) {
    router.errorHandler(400, context -> send(MALFORMED, context));
    router.errorHandler(404, context -> send(NOT_FOUND, context));
    router.errorHandler(500, RouterErrors::failed);
  }

  /** A router logs only what it has no handler for. */
  private static void failed(RoutingContext context) {
    String path = PrintableText.of("path " + context.request().path());
    LOG.log(Level.ERROR, path + ": the request failed", context.failure());
    send(Problem.INTERNAL, context);
  }

  private static void send(Problem problem, RoutingContext context) {
    HttpServerResponse response = context.response();
    if (!response.ended()) {
      problem.send(response);
    }
  }
}
