package dev.ssebridge.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.http.AnswerBody;
import dev.ssebridge.internal.text.Sha256;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.ParsedHeaderValue;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One file of the class path, served from memory: a file of that name that happens to lie where the
 * program was started is never served instead, and no path leads to another one.
 */
public final class WebFile {
  private static final int TAG_BYTES = 16;

  /** What a page may load and do: of its own origin, and nothing inline. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private final Variant plain;
  private final @Nullable Variant zipped; // null where it would be no smaller
  private final String mediaType;
  private final String caching;

  /**
   * The bytes of one coding, and the tag that tells them from those of the other.
   *
   * @param coding the value of {@code content-encoding}, or null for the file as it is
   */
  private record Variant(Buffer content, String tag, @Nullable String coding) {
    static Variant of(byte[] bytes, @Nullable String coding) {
      String tag = HexFormat.of().formatHex(Sha256.begin().digest(bytes), 0, TAG_BYTES);
      return new Variant(Buffer.buffer(bytes), tag, coding);
    }
  }

  private WebFile(byte[] bytes, String mediaType, String caching) throws IOException {
    byte[] small = gzip(bytes);
    this.plain = Variant.of(bytes, null);
    this.zipped = small.length < bytes.length ? Variant.of(small, "gzip") : null;
    this.mediaType = mediaType;
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

  /** A text like this one, with something else in it. */
  public WebFile edited(UnaryOperator<String> edit) {
    String text = edit.apply(plain.content().toString(UTF_8));
    try {
      return new WebFile(text.getBytes(UTF_8), mediaType, caching);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * {@link #answer Answers} for a page of the bridge's own: it may do nothing but what it needs.
   */
  public void answerOwnPage(RoutingContext context) {
    context
        .response()
        .putHeader("content-security-policy", POLICY)
        .putHeader("referrer-policy", "no-referrer");
    answer(context);
  }

  /** Answers a {@code GET} or {@code HEAD}, with gzip where the client accepts that. */
  public void answer(RoutingContext context) {
    HttpServerResponse response =
        context
            .response()
            .putHeader(HttpHeaders.CACHE_CONTROL, caching)
            .putHeader("x-content-type-options", "nosniff");
    Variant sent = plain;
    if (zipped != null) {
      response.putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
      sent = takesGzip(context) ? zipped : plain;
    }
    context.etag(sent.tag());
    if (context.isFresh()) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, mediaType);
    if (sent.coding() != null) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, sent.coding());
    }
    AnswerBody.end(context.request(), sent.content());
  }

  /** Whether {@code gzip}, or else {@code *}, is accepted (RFC 9110, section 12.5.3). */
  private static boolean takesGzip(RoutingContext context) {
    boolean other = false;
    for (ParsedHeaderValue coding : context.parsedHeaders().acceptEncoding()) {
      String name = coding.value();
      if (name.equalsIgnoreCase("gzip") || name.equalsIgnoreCase("x-gzip")) {
        return coding.weight() > 0;
      }
      other |= name.equals("*") && coding.weight() > 0;
    }
    return other;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new Smallest(small)) {
      zip.write(bytes);
    }
    return small.toByteArray();
  }

  /** It is done once, so it may take its time. */
  private static final class Smallest extends GZIPOutputStream {
    Smallest(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
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
}
