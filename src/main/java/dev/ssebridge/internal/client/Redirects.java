package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.url.HttpUrl;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The redirects of one connection, followed as the Fetch standard has it (section 4.4,
 * HTTP-redirect fetch): bounded, no loops. Another origin gets neither a header of the application,
 * whatever its name (tokens have many), nor the body, except for headers that are meant for it.
 */
final class Redirects {
  private static final List<String> OF_A_BODY =
      List.of("content-type", "content-encoding", "content-language", "content-location");

  private final int limit;
  private final Set<String> anywhere;
  private final boolean mayReturn;
  private final Set<String> visited = new HashSet<>();
  private int followed;

  /**
   * For one connection that begins with this request.
   *
   * @param options how many, and which headers may go to any origin; where cookies are kept, a
   *     place may be come back to: a load balancer sets one and looks whether it returns
   */
  Redirects(EventSourceRequest first, EventSourceOptions options) {
    this.limit = options.getMaxRedirects();
    this.anywhere = options.getHeadersAcrossOrigins();
    this.mayReturn = options.isCookies();
    visited.add(place(first));
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
      String reference = HeaderText.fromWire(location.strip());
      next = request.withUrl(HttpUrl.resolve(request.uri(), reference).toString());
    } catch (IllegalArgumentException e) {
      return new Unusable(
          "status "
              + status
              + " to an unusable Location \""
              + PrintableText.ofWholeUrl(location)
              + "\"");
    }
    next = withMethodFor(status, next);
    if (!Origin.of(request.uri()).equals(Origin.of(next.uri()))) {
      next = forAnyone(next);
    }
    return visited.add(place(next)) || mayReturn
        ? new Follow(next)
        : new Endless("a redirect loop, back to " + PrintableText.ofUrl(next.uri().toString()));
  }

  private static String place(EventSourceRequest request) {
    return request.method() + " " + request.uri();
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

  private EventSourceRequest forAnyone(EventSourceRequest request) {
    List<String> kept = new ArrayList<>(request.headers().keySet());
    kept.removeIf(name -> anywhere.contains(name.toLowerCase(Locale.ROOT)));
    return without(request.withBody(null), kept);
  }
}
