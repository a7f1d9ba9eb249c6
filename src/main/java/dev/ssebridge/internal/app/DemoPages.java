package dev.ssebridge.internal.app;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The pages of the demo. They come from the class path and are kept in memory, so that a directory
 * {@code webroot} that happens to lie where the program was started is never served instead.
 */
final class DemoPages {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private DemoPages() {}

  /**
   * Answers {@code GET} and {@code HEAD} for {@code /}, {@code /sse} and what the two pages load.
   * Reads a few small resources, once.
   *
   * @throws UncheckedIOException if one of them is missing
   */
  static void mount(Router router) {
    page(router, "/", "index.html", "text/html; charset=utf-8");
    page(router, "/sse", "sse.html", "text/html; charset=utf-8");
    page(router, "/style.css", "style.css", "text/css; charset=utf-8");
    page(router, "/favicon.svg", "favicon.svg", "image/svg+xml");
    for (String script : new String[] {"log.js", "sse.js", "topic.js"}) {
      page(router, "/" + script, script, "text/javascript; charset=utf-8");
    }
  }

  private static void page(Router router, String path, String file, String contentType) {
    Buffer content = read("/webroot/" + file);
    router
        .route(path)
        .last() // a route of the configuration comes first
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(request -> answer(request, content, contentType));
  }

  private static void answer(RoutingContext request, Buffer content, String contentType) {
    HttpServerResponse response =
        request
            .response()
            .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
            .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(content.length()))
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
            .putHeader("content-security-policy", POLICY)
            .putHeader("x-content-type-options", "nosniff")
            .putHeader("referrer-policy", "no-referrer");
    if (request.request().method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      response.end(content);
    }
  }

  private static Buffer read(String resource) {
    try (InputStream in = DemoPages.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException("expected the page " + resource + " on the class path");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
