package dev.ssebridge.internal.app;

import dev.ssebridge.internal.web.WebFile;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.UncheckedIOException;

/** The pages of the demo. */
final class DemoPages {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private DemoPages() {}

  /**
   * Answers {@code GET} and {@code HEAD} for {@code /}, {@code /sse} and what the two pages load,
   * but for the library's own files. Reads a few small resources, once.
   *
   * @throws UncheckedIOException if one of them is missing
   */
  static void mount(Router router) {
    file(router, "/", "index.html");
    file(router, "/sse", "sse.html");
    for (String name : new String[] {"style.css", "favicon.svg", "log.js", "sse.js", "topic.js"}) {
      file(router, "/" + name, name);
    }
  }

  private static void file(Router router, String path, String name) {
    WebFile file = WebFile.read("/webroot/" + name, "no-cache");
    router
        .route(path)
        .last() // a route of the configuration comes first
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(request -> answer(request, file));
  }

  private static void answer(RoutingContext request, WebFile file) {
    request
        .response()
        .putHeader("content-security-policy", POLICY)
        .putHeader("referrer-policy", "no-referrer");
    file.answer(request);
  }
}
