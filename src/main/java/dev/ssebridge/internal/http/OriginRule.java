package dev.ssebridge.internal.http;

import dev.ssebridge.internal.url.WebOrigin;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may publish: those of the bridge's own site, and of the origins that are listed.
 * Browsers send some requests of any page without asking first, so it is for the server to look at
 * {@code Sec-Fetch-Site} (Fetch Metadata) and {@code Origin} (RFC 6454), which no page can set. A
 * client that sends neither is no browser.
 */
public final class OriginRule {
  private static final CharSequence SITE = HttpHeaders.createOptimized("sec-fetch-site");
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");
  private static final String KEY = "http.cors.publishOrigins";

  private final Set<WebOrigin> listed;

  public OriginRule(Set<WebOrigin> listed) {
    this.listed = listed;
  }

  /**
   * Whether a page of the site that the request is for has sent it, or no page at all. Over plain
   * HTTP a proxy that passes on another host hides that.
   */
  public static boolean isOwn(HttpServerRequest request) {
    String site = only(request, SITE);
    if (site != null) {
      return OWN_SITES.contains(site);
    }
    String origin = only(request, HttpHeaders.ORIGIN);
    WebOrigin known = origin == null ? null : WebOrigin.of(origin);
    return origin == null || isHostOf(known, request.authority());
  }

  /** The origin of the page that has sent it; null where there is none, or no single known one. */
  public static @Nullable WebOrigin of(HttpServerRequest request) {
    List<String> values = request.headers().getAll(HttpHeaders.ORIGIN);
    return values.size() == 1 ? WebOrigin.of(values.get(0)) : null;
  }

  private static boolean isHostOf(@Nullable WebOrigin origin, @Nullable HostAndPort host) {
    return origin != null && host != null && origin.isSite(host.host(), host.port());
  }

  /**
   * Lets the request pass, or says why not.
   *
   * @throws BadRequestException with status 403
   */
  public void require(HttpServerRequest request) throws BadRequestException {
    String site = only(request, SITE);
    String origin = only(request, HttpHeaders.ORIGIN);
    if (site == null && origin == null) {
      return;
    }
    WebOrigin known = origin == null ? null : WebOrigin.of(origin);
    if (known != null && listed.contains(known)) {
      return;
    }
    if (site != null) {
      if (!OWN_SITES.contains(site)) {
        throw refused(origin, "", " (sec-fetch-site: " + shown(site) + ")");
      }
      return;
    }
    HostAndPort host = request.authority();
    if (!isHostOf(known, host)) {
      throw refused(
          origin,
          "; behind a proxy that rewrites the header Host let it pass the one it got (nginx:"
              + " proxy_set_header Host $host)",
          ", to the host "
              + (host == null ? "none" : shown(host.toString()))
              + " (there is no sec-fetch-site)");
    }
  }

  private static BadRequestException refused(
      @Nullable String origin, String repair, String details) {
    return new BadRequestException(
        403,
        "expected a request that no page of another site has sent, got one of the origin "
            + (origin == null ? "none" : shown(origin))
            + details
            + "; list the origin in "
            + KEY
            + " if its pages may publish"
            + repair);
  }

  /**
   * All that was sent of a header, {@code null} where it is not there; several make no known one.
   */
  static @Nullable String only(HttpServerRequest request, CharSequence name) {
    List<String> values = request.headers().getAll(name);
    return values.isEmpty() ? null : String.join(", ", values);
  }

  static String shown(String text) {
    return '"' + (text.length() <= 200 ? text : text.substring(0, 200) + "...") + '"';
  }
}
