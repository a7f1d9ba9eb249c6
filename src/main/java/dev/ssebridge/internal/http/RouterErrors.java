package dev.ssebridge.internal.http;

import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

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

  /**
   * Has a router answer so, where the application sets no handler of its own.
   *
   * @param telling has the page that has sent a request see the answer, if it may
   */
  public static void answeredBy(Router router, Consumer<HttpServerRequest> telling) {
    router.errorHandler(400, context -> send(MALFORMED, context, telling));
    router.errorHandler(404, context -> send(NOT_FOUND, context, telling));
    router.errorHandler(500, context -> failed(context, telling));
  }

  /** A router logs only what it has no handler for. */
  private static void failed(RoutingContext context, Consumer<HttpServerRequest> telling) {
    String path = PrintableText.of("path " + context.request().path());
    LOG.log(Level.ERROR, path + ": the request failed", context.failure());
    send(Problem.INTERNAL, context, telling);
  }

  private static void send(
      Problem problem, RoutingContext context, Consumer<HttpServerRequest> telling) {
    HttpServerResponse response = context.response();
    if (!response.ended()) {
      telling.accept(context.request());
      problem.send(context.request());
    }
  }
}
