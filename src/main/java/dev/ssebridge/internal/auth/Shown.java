package dev.ssebridge.internal.auth;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what a request shows, from its header {@code Authorization} or from the cookie. */
final class Shown {
  /** Characters of the longest one that is looked at. */
  private static final int LONGEST = 8192;

  private Shown() {}

  /**
   * What the request shows: the header, where there is one, otherwise the cookie.
   *
   * @param cookie its name; null for none
   * @throws AuthFailure if it cannot be read
   */
  static Credentials by(HttpServerRequest request, @Nullable String cookie) throws AuthFailure {
    List<String> lines = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    if (lines.size() > 1) {
      throw malformed("expected one header Authorization, got " + lines.size());
    }
    if (!lines.isEmpty()) {
      return ofHeader(lines.get(0).strip());
    }
    String value = cookie == null ? null : only(request, cookie);
    return value == null ? Credentials.NONE : new Credentials("bearer", value, true);
  }

  /** RFC 9110, section 11.4: a scheme, a space, and what it needs. */
  private static Credentials ofHeader(String line) throws AuthFailure {
    int space = line.indexOf(' ');
    String text = space < 0 ? "" : line.substring(space + 1).strip();
    if (text.isEmpty() || text.length() > LONGEST) {
      throw malformed(
          "expected a header Authorization of a scheme and at most "
              + LONGEST
              + " characters that go with it");
    }
    return new Credentials(line.substring(0, space).toLowerCase(Locale.ROOT), text, false);
  }

  /** Of several cookies of one name nobody knows which is meant (RFC 6265, section 5.4). */
  private static @Nullable String only(HttpServerRequest request, String name) throws AuthFailure {
    String found = null;
    for (String line : request.headers().getAll(HttpHeaders.COOKIE)) {
      for (String pair : line.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
          if (found != null) {
            throw malformed("expected one cookie " + name + ", got several");
          }
          found = pair.substring(equals + 1).strip();
        }
      }
    }
    if (found != null && (found.isEmpty() || found.length() > LONGEST)) {
      throw malformed("expected 1.." + LONGEST + " characters in the cookie " + name);
    }
    return found;
  }

  private static AuthFailure malformed(String reason) {
    return new AuthFailure(AuthFailure.Kind.MALFORMED, reason);
  }
}
