package dev.ssebridge.internal.client;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The content codings that are read (RFC 9110, section 8.4.1). */
enum ContentCoding {
  IDENTITY,
  GZIP,
  DEFLATE;

  /** The coding of this {@code Content-Encoding}, or null if it is not one that is read. */
  static @Nullable ContentCoding of(@Nullable String header) {
    if (header == null) {
      return IDENTITY;
    }
    return switch (header.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      default -> null;
    };
  }
}
