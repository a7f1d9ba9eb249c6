package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import org.jspecify.annotations.Nullable;

/** The path and query of a request, as somebody else may read them. */
final class OriginalUri {
  /** What gives its owner a stream, and is nobody else's business. */
  private static final String TICKET = "ticket";

  private OriginalUri() {}

  /** Both as they came, without a ticket; what may not be in a URI is encoded. */
  static String of(@Nullable String path, @Nullable String query) {
    String rest = query == null ? "" : withoutTicket(query);
    String text = (path == null ? "/" : path) + (rest.isEmpty() ? "" : "?" + rest);
    StringBuilder uri = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > ' ' && c < 0x7F) {
        uri.append(c);
      } else {
        for (byte each : String.valueOf(c).getBytes(UTF_8)) {
          uri.append(String.format("%%%02X", Byte.toUnsignedInt(each)));
        }
      }
    }
    return uri.toString();
  }

  /** Parameters are separated as Vert.x does it. */
  private static String withoutTicket(String query) {
    StringBuilder rest = new StringBuilder(query.length());
    int from = 0;
    for (int i = 0; i <= query.length(); i++) {
      if (i == query.length() || query.charAt(i) == '&' || query.charAt(i) == ';') {
        String parameter = query.substring(from, i);
        if (!parameter.isEmpty() && !isTicket(parameter)) {
          rest.append(rest.isEmpty() ? "" : query.substring(from - 1, from)).append(parameter);
        }
        from = i + 1;
      }
    }
    return rest.toString();
  }

  private static boolean isTicket(String parameter) {
    int equals = parameter.indexOf('=');
    String name = equals < 0 ? parameter : parameter.substring(0, equals);
    try {
      return URLDecoder.decode(name, UTF_8).equals(TICKET);
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }
}
