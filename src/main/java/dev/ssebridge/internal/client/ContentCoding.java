package dev.ssebridge.internal.client;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The content codings that are read (RFC 9110, section 8.4.1). */
enum ContentCoding {
  IDENTITY,
  GZIP,
  DEFLATE;

  /** The {@code Accept-Encoding} that is sent: without one a server may use any coding it likes. */
  static final String ACCEPTED = "gzip, deflate";

  /**
   * The coding of these {@code Content-Encoding} lines, or null if it is not one that is read, or
   * more than one.
   */
  static @Nullable ContentCoding of(List<String> lines) {
    ContentCoding found = IDENTITY;
    for (String name : String.join(",", lines).split(",", -1)) {
      ContentCoding coding = named(name);
      if (coding == null || (coding != IDENTITY && found != IDENTITY)) {
        return null;
      }
      found = coding == IDENTITY ? found : coding;
    }
    return found;
  }

  private static @Nullable ContentCoding named(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      default -> null;
    };
  }
}
