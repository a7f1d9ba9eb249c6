package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.http.HeaderText;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** What the header {@code Prefer} of a request asks for (RFC 7240). */
final class Preference {
  private static final CharSequence PREFER = HttpHeaders.createOptimized("prefer");
  private static final String RETURN = "return";
  private static final String REPRESENTATION = "representation";

  /** What is answered where {@link #isRepresentation} was followed. */
  static final String APPLIED = RETURN + '=' + REPRESENTATION;

  private Preference() {}

  /** Whether the answer shall tell what has become of the body. */
  static boolean isRepresentation(HttpServerRequest request) {
    if (!request.headers().contains(PREFER)) {
      return false;
    }
    return isRepresentation(request.headers().getAll(PREFER));
  }

  /** Of a preference that is there more than once the first counts (section 2). */
  static boolean isRepresentation(List<String> lines) {
    for (String line : lines) {
      for (String preference : HeaderText.split(line, ',')) {
        String first = HeaderText.split(preference, ';').get(0);
        int equals = first.indexOf('=');
        String name = equals < 0 ? first : first.substring(0, equals);
        if (name.strip().equalsIgnoreCase(RETURN)) {
          return equals >= 0
              && unquoted(first.substring(equals + 1).strip()).equalsIgnoreCase(REPRESENTATION);
        }
      }
    }
    return false;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
