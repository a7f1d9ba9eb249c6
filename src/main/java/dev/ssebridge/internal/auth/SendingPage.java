package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.http.OriginRule;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;

/** The site of the page that has sent a request. */
public final class SendingPage {
  /** One of the bridge's own site, or no page at all. */
  static final String OWN = "";

  private SendingPage() {}

  /**
   * The origin of another site; {@code ""} for the bridge's own site and for a client that is no
   * browser.
   *
   * @throws AuthFailure if it is a page of another site that does not say which; an {@code
   *     EventSource}, or a {@code fetch} that may read the answer, always says it
   */
  public static String of(HttpServerRequest request) throws AuthFailure {
    boolean isTold = request.headers().contains(HttpHeaders.ORIGIN);
    if (isTold && OriginRule.of(request) == null) {
      throw hidden();
    }
    if (OriginRule.isOwn(request)) {
      return OWN;
    }
    if (!isTold) {
      throw hidden();
    }
    return request.getHeader(HttpHeaders.ORIGIN).toLowerCase(Locale.ROOT);
  }

  private static AuthFailure hidden() {
    return new AuthFailure(
        AuthFailure.Kind.FORBIDDEN, "expected a page that tells its origin, got one that hides it");
  }
}
