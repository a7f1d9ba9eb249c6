package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.text.Sha256;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The page at {@code /}: a part of it is for those alone who can reach the console. Immutable. */
final class FrontPage {
  private static final String RESOURCE = "/webroot/index.html";
  private static final String BEGIN = "<!-- console -->";
  private static final String END = "<!-- /console -->";

  /** What stands there for the address of the console. */
  private static final String ADDRESS = "/console/";

  private static final int TAG_BYTES = 16;

  private final String before;
  private final String part;
  private final String after;

  private FrontPage(String text) {
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(
          "expected a part between " + BEGIN + " and " + END + " in " + RESOURCE + ", got none");
    }
    before = text.substring(0, begin);
    part = text.substring(begin + BEGIN.length(), end);
    after = text.substring(end + END.length());
  }

  /**
   * Reads it.
   *
   * @throws UncheckedIOException if it is missing
   */
  static FrontPage read() {
    try (InputStream in = FrontPage.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new FileNotFoundException("expected " + RESOURCE + " on the class path");
      }
      return new FrontPage(new String(in.readAllBytes(), UTF_8));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * What somebody gets.
   *
   * @param console where the console is for him, a URL of the program's own; null for nowhere
   */
  String text(@Nullable String console) {
    return before
        + (console == null ? "" : part.replace('"' + ADDRESS + '"', '"' + console + '"'))
        + after;
  }

  /** Answers a {@code GET} or {@code HEAD}. */
  void answer(RoutingContext request, @Nullable String console) {
    Buffer page = Buffer.buffer(text(console));
    HttpServerResponse response =
        request
            .response()
            .putHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache")
            .putHeader("x-content-type-options", "nosniff");
    request.etag(HexFormat.of().formatHex(Sha256.begin().digest(page.getBytes()), 0, TAG_BYTES));
    if (request.isFresh()) {
      response.setStatusCode(304).end();
      return;
    }
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
        .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(page.length()));
    if (request.request().method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      response.end(page);
    }
  }
}
