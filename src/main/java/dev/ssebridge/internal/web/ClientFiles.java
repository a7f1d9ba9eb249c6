package dev.ssebridge.internal.web;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.util.List;

/** What a page needs to follow a stream: the files under {@code dev/ssebridge/web/}. */
public final class ClientFiles {
  /** Their names carry no version: a new one is seen an hour after it was installed. */
  private static final String CACHING = "public, max-age=3600";

  private static final List<String> NAMES = List.of("client.js");

  private ClientFiles() {}

  /**
   * Serves them and nothing else.
   *
   * @param path their directory: {@code /sse-bridge/*}
   * @throws IllegalArgumentException if the path is none of that form
   */
  public static void mount(Router router, String path) {
    if (!path.matches("(/[A-Za-z0-9._~-]+)*/\\*")) {
      throw new IllegalArgumentException(
          "expected a path like \"/sse-bridge/*\", got \"" + path + "\"");
    }
    String directory = path.substring(0, path.length() - 1);
    for (String name : NAMES) {
      WebFile file = WebFile.read("/dev/ssebridge/web/" + name, CACHING);
      router
          .route(directory + name)
          .method(HttpMethod.GET)
          .method(HttpMethod.HEAD)
          .handler(file::answer);
    }
  }
}
