package dev.ssebridge.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Header values that are text in UTF-8; Vert.x hands their bytes over as Latin-1. */
public final class HeaderText {
  private HeaderText() {}

  /** The header's value, or {@code null} where the request has none. */
  public static @Nullable String of(HttpServerRequest request, CharSequence name) {
    return decode(request.getHeader(name));
  }

  /** A value as it was handed over. */
  static @Nullable String decode(@Nullable String bytes) {
    return bytes == null ? null : new String(bytes.getBytes(ISO_8859_1), UTF_8);
  }
}
