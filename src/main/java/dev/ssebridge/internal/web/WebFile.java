package dev.ssebridge.internal.web;

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

/**
 * One file of the class path, served from memory: a file of that name that happens to lie where the
 * program was started is never served instead, and no path leads to another one.
 */
public final class WebFile {
  private static final int TAG_BYTES = 16;

  private final Buffer content;
  private final String mediaType;
  private final String tag;
  private final String caching;

  private WebFile(byte[] bytes, String mediaType, String caching) {
    this.content = Buffer.buffer(bytes);
    this.mediaType = mediaType;
    this.tag = tag(bytes);
    this.caching = caching;
  }

  /**
   * Reads it.
   *
   * @param resource where it is, from the root of the class path: {@code /webroot/index.html}
   * @param caching the value of {@code cache-control}
   * @throws UncheckedIOException if it is missing
   */
  public static WebFile read(String resource, String caching) {
    try (InputStream in = WebFile.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException("expected " + resource + " on the class path");
      }
      return new WebFile(in.readAllBytes(), mediaType(resource), caching);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Answers a {@code GET} or {@code HEAD}. */
  public void answer(RoutingContext context) {
    HttpServerResponse response =
        context
            .response()
            .putHeader(HttpHeaders.CACHE_CONTROL, caching)
            .putHeader("x-content-type-options", "nosniff");
    context.etag(tag);
    if (context.isFresh()) {
      response.setStatusCode(304).end();
      return;
    }
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, mediaType)
        .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(content.length()));
    if (context.request().method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      response.end(content);
    }
  }

  private static String mediaType(String file) {
    return switch (file.substring(file.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException("expected html, css, js or svg, got " + file);
    };
  }

  private static String tag(byte[] bytes) {
    return HexFormat.of().formatHex(Sha256.begin().digest(bytes), 0, TAG_BYTES);
  }
}
