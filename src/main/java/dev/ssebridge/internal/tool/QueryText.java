package dev.ssebridge.internal.tool;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The query of a URL, to which an option adds a parameter. */
final class QueryText {
  private QueryText() {}

  /**
   * The URL with one more parameter.
   *
   * @param option that it comes from
   * @param excluded parameters that mean nothing beside it
   * @throws UsageException if the URL has one of these
   */
  static String with(URI url, String option, String name, String value, Set<String> excluded)
      throws UsageException {
    String query = url.getRawQuery();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        String given = decoded(pair.replaceFirst("=.*", ""));
        if (excluded.contains(given)) {
          throw new UsageException(
              option + ": expected either the option or " + given + "= in the URL, got both");
        }
      }
    }
    String text = url.toString();
    String more = name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return text + (query == null ? "?" : query.isEmpty() || query.endsWith("&") ? "" : "&") + more;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return text;
    }
  }
}
