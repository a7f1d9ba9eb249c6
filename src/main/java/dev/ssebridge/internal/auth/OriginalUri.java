package dev.ssebridge.internal.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.address.PercentEncoding;
import java.net.URLDecoder;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The path and query of a request, as somebody else may read them. */
final class OriginalUri {
  /** What gives its owner a stream, and is nobody else's business. */
  private static final String TICKET = "ticket";

  private OriginalUri() {}

  /**
   * The path that is served, and the query as it came, without a ticket. A path can be written in
   * many ways, and who decides by it shall see no other than the one that is meant: so each segment
   * is decoded, and encoded in one way, with {@code ;} that some take for the beginning of
   * parameters.
   *
   * @param path without dot segments
   */
  static String of(String path, @Nullable String query) {
    StringBuilder uri = new StringBuilder(path.length());
    for (String segment : path.substring(1).split("/", -1)) {
      append(uri.append('/'), decoded(segment), OriginalUri::isPlainInPath);
    }
    String rest = query == null ? "" : withoutTicket(query);
    if (!rest.isEmpty()) {
      append(uri.append('?'), rest, c -> c > ' ' && c < 0x7F);
    }
    return uri.toString();
  }

  private static String decoded(String segment) {
    try {
      return PercentEncoding.decode(segment);
    } catch (IllegalArgumentException malformed) {
      return segment; // which is served to nobody
    }
  }

  /** RFC 3986, section 2.3: unreserved. */
  private static boolean isPlainInPath(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~:@".indexOf(c) >= 0;
  }

  private static void append(StringBuilder uri, String text, IntPredicate isPlain) {
    for (byte each : text.getBytes(UTF_8)) {
      int unsigned = Byte.toUnsignedInt(each);
      if (isPlain.test(unsigned)) {
        uri.append((char) unsigned);
      } else {
        uri.append(String.format("%%%02X", unsigned));
      }
    }
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
      return URLDecoder.decode(name, UTF_8).equalsIgnoreCase(TICKET); // as Vert.x compares names
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }
}
