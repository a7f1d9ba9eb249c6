package dev.ssebridge.internal.client;

import dev.ssebridge.EventSourceRequest;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The redirects of one connection, followed as the Fetch standard has it (section 4.4,
 * HTTP-redirect fetch): bounded, no loops, credentials only to the origin they were meant for.
 */
final class Redirects {
  private static final List<String> CREDENTIALS =
      List.of("authorization", "cookie", "cookie2", "proxy-authorization");
  private static final List<String> OF_A_BODY =
      List.of("content-type", "content-encoding", "content-language", "content-location");

  private final int limit;
  private final Set<String> visited = new HashSet<>();
  private int followed;

  /** For one connection that begins with this request. */
  Redirects(EventSourceRequest first, int limit) {
    this.limit = limit;
    visited.add(first.toString());
  }

  /** Where a redirect leads. */
  sealed interface Step {}

  /** To another request. */
  record Follow(EventSourceRequest request) implements Step {}

  /** Nowhere: this answer is no redirect at all. A browser takes it for what it is, an error. */
  record Unusable(String problem) implements Step {}

  /** Nowhere: a loop, or too many; a network error to a browser. */
  record Endless(String problem) implements Step {}

  /** Whether a response with this status names another place. */
  static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  /** The request to send after this answer to {@code request}. */
  Step next(EventSourceRequest request, int status, @Nullable String location) {
    if (location == null || location.isBlank()) {
      return new Unusable("status " + status + " without a Location");
    }
    if (++followed > limit) {
      return new Endless("more than " + limit + " redirects");
    }
    EventSourceRequest next;
    try {
      next = request.withUrl(target(request.uri(), location.strip()));
    } catch (IllegalArgumentException e) {
      return new Unusable("status " + status + " to an unusable Location \"" + location + "\"");
    }
    next = withMethodFor(status, next);
    if (!sameOrigin(request.uri(), next.uri())) {
      next = without(next, CREDENTIALS);
    }
    return visited.add(next.toString())
        ? new Follow(next)
        : new Endless("a redirect loop, back to " + next.uri());
  }

  private static EventSourceRequest withMethodFor(int status, EventSourceRequest request) {
    HttpMethod method = request.method();
    boolean becomesGet =
        (status == 303 && !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD))
            || ((status == 301 || status == 302) && method.equals(HttpMethod.POST));
    return becomesGet
        ? without(request.withMethod(HttpMethod.GET).withBody(null), OF_A_BODY)
        : request;
  }

  private static EventSourceRequest without(EventSourceRequest request, List<String> names) {
    EventSourceRequest result = request;
    for (String name : names) {
      result = result.withoutHeader(name);
    }
    return result;
  }

  private static String target(URI base, String location) {
    String absolute = resolve(base, escape(HeaderText.fromWire(location))).toString();
    int fragment = absolute.indexOf('#');
    return fragment < 0 ? absolute : absolute.substring(0, fragment);
  }

  /** RFC 3986, section 5.2.2; {@link URI} follows an older one in these two cases. */
  private static URI resolve(URI base, String reference) {
    URI root = base.getRawPath().isEmpty() ? base.resolve("/") : base;
    return reference.startsWith("?")
        ? root.resolve(root.getRawPath() + reference)
        : root.resolve(reference);
  }

  /** Escapes what servers leave unescaped and {@link URI} does not take. */
  private static String escape(String location) {
    StringBuilder text = new StringBuilder(location.length());
    for (byte unit : location.getBytes(StandardCharsets.UTF_8)) {
      int c = unit & 0xFF;
      if (c <= ' ' || c >= 0x7F || "\"<>\\^`{|}".indexOf(c) >= 0) {
        text.append(String.format(Locale.ROOT, "%%%02X", c));
      } else {
        text.append((char) c);
      }
    }
    return text.toString();
  }

  private static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme())
        && a.getRawAuthority() != null
        && b.getRawAuthority() != null
        && authority(a).equalsIgnoreCase(authority(b));
  }

  private static String authority(URI uri) {
    String authority = uri.getRawAuthority();
    String port = "https".equalsIgnoreCase(uri.getScheme()) ? ":443" : ":80";
    return authority.endsWith(port)
        ? authority.substring(0, authority.length() - port.length())
        : authority;
  }
}
