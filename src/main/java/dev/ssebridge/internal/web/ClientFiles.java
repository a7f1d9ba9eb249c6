package dev.ssebridge.internal.web;

import dev.ssebridge.internal.http.MethodNotAllowed;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What a page needs to follow a stream: the module {@code sse-bridge.js}. */
public final class ClientFiles {
  /** Its name carries no version: a new one is seen an hour after it was installed. */
  private static final String CACHING = "public, max-age=3600";

  private static final String NAME = "sse-bridge.js";

  private ClientFiles() {}

  /**
   * Serves it and nothing else.
   *
   * @param path its directory: {@code /assets/*}
   * @param first is told of each request before it is answered
   * @throws IllegalArgumentException if the path has another form
   */
  public static void mount(Router router, String path, Handler<HttpServerRequest> first) {
    if (!path.matches("(/[A-Za-z0-9._~-]+)*/\\*")) {
      throw new IllegalArgumentException(
          "expected a path like \"/assets/*\", got \"" + path + "\"");
    }
    String directory = path.substring(0, path.length() - 1);
    WebFile file = WebFile.read("/dev/ssebridge/web/" + NAME, CACHING);
    router
        .route(directory + NAME)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(
            context -> {
              begin(context, first);
              file.answer(context);
            });
    MethodNotAllowed.takeOthers(
        router.route(directory + NAME),
        context -> {
          begin(context, first);
          MethodNotAllowed.answers(context);
        });
  }

  private static void begin(RoutingContext context, Handler<HttpServerRequest> first) {
    first.handle(context.request());
    // Modules are loaded by the rules of CORS; it holds nothing that anybody may not have.
    context.response().putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
  }
}
