package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.url.WebOrigin;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Of which site the page is that has sent a request. */
public final class SendingPage {
  /** One of the bridge's own site, or no page at all. */
  static final String OWN = "";

  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  private SendingPage() {}

  /**
   * The origin of another site; {@code ""} for the bridge's own site and for who is no browser.
   *
   * @throws AuthFailure if it is a page of another site that does not say of which, as no {@code
   *     EventSource} and no {@code fetch} does that may read the answer
   */
  public static String of(HttpServerRequest request) throws AuthFailure {
    List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
    String site = request.getHeader("sec-fetch-site");
    if (origins.isEmpty()) {
      if (site == null || OWN_SITES.contains(site)) {
        return OWN;
      }
      throw hidden();
    }
    WebOrigin origin = origins.size() == 1 ? WebOrigin.of(origins.get(0)) : null;
    if (origin == null) {
      throw hidden();
    }
    return isOwn(origin, site, request.authority()) ? OWN : origins.get(0).toLowerCase(Locale.ROOT);
  }

  private static boolean isOwn(
      WebOrigin origin, @Nullable String site, @Nullable HostAndPort host) {
    return site == null
        ? host != null && origin.isSite(host.host(), host.port())
        : OWN_SITES.contains(site);
  }

  private static AuthFailure hidden() {
    return new AuthFailure(
        AuthFailure.Kind.FORBIDDEN, "expected a page that tells its origin, got one that hides it");
  }
}
