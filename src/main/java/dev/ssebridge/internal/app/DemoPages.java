package dev.ssebridge.internal.app;

import dev.ssebridge.internal.http.MethodNotAllowed;
import dev.ssebridge.internal.web.WebFile;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.UncheckedIOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The pages of the demo. */
final class DemoPages {
  private DemoPages() {}

  /**
   * Answers {@code GET} and {@code HEAD} for {@code /}, {@code /sse}, {@code /slow} and what the
   * pages load, except for the library's own files. Reads a few small resources, once.
   *
   * @param console where the sender of a request finds the console; null where there is none for
   *     him
   * @throws UncheckedIOException if one of them is missing
   */
  static void mount(Router router, Function<HttpServerRequest, @Nullable String> console) {
    FrontPage front = FrontPage.read();
    serve(router, "/", request -> front.answer(request, console.apply(request.request())));
    file(router, "/sse", "sse.html");
    file(router, "/slow", "slow.html");
    for (String name :
        new String[] {"style.css", "favicon.svg", "log.js", "slow.js", "sse.js", "topic.js"}) {
      file(router, "/" + name, name);
    }
  }

  private static void file(Router router, String path, String name) {
    WebFile file = WebFile.read("/webroot/" + name, "no-cache");
    serve(router, path, file::answerOwnPage);
  }

  private static void serve(Router router, String path, Handler<RoutingContext> answer) {
    router
        .route(path)
        .last() // a route of the configuration comes first
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(answer);
    MethodNotAllowed.takeOthers(router.route(path), MethodNotAllowed::answers);
  }
}
