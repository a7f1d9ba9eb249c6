package dev.ssebridge.internal.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;

/** The answer to a method that a path does not have: 405 (RFC 9110, section 15.5.6). */
public final class MethodNotAllowed {
  private MethodNotAllowed() {}

  /** Answers so, and says which methods there are. */
  public static void send(HttpServerRequest request, String allowed) {
    request.response().putHeader("allow", allowed);
    new Problem(405, "method: expected one of " + allowed + ", got another").send(request);
  }

  /** Answers so for what can but be read, unless that is what the request does. */
  public static boolean answers(RoutingContext context) {
    if (isReading(context)) {
      return false;
    }
    send(context.request(), "GET, HEAD");
    return true;
  }

  private static boolean isReading(RoutingContext context) {
    HttpMethod method = context.request().method();
    return HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method);
  }

  /**
   * Has a handler take all but {@code GET} and {@code HEAD} for the path of a route, which goes
   * behind the others of its router: an application may have one of those methods there, and add it
   * later. A router by itself would answer without a body and without {@code nosniff}.
   */
  public static void takeOthers(Route route, Handler<RoutingContext> handler) {
    route
        .last()
        .handler(
            context -> {
              if (isReading(context)) {
                context.next();
              } else {
                handler.handle(context);
              }
            });
  }
}
