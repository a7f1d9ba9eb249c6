package dev.ssebridge.internal.doctor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A content coding, as far as it can be taken off here. */
enum Coding {
  NONE,
  GZIP,
  DEFLATE,
  /** Known to browsers, not to this program: Brotli, Zstandard and whatever else. */
  OTHER;

  static Coding of(@Nullable String header) {
    if (header == null) {
      return NONE;
    }
    return switch (header.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> NONE;
      case "gzip", "x-gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      default -> OTHER;
    };
  }
}
