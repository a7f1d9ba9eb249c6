package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.CorsConfig;
import dev.ssebridge.internal.http.CorsRule;
import dev.ssebridge.internal.http.OriginRule;
import dev.ssebridge.internal.url.WebOrigin;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * The pages whose requests may use the cookie: those of the bridge's own site, and of the origins
 * that may publish, or read with credentials. A browser sends a cookie along with requests of any
 * page.
 */
final class CookiePages {
  private final CorsConfig config;
  private final @Nullable CorsRule rule;

  CookiePages(CorsConfig config) {
    this.config = config;
    this.rule = config.credentials() ? CorsRule.of(config, true) : null;
  }

  boolean isOf(CorsConfig other) {
    return config.equals(other);
  }

  /** Whether such a page has sent it, or no page at all. */
  boolean include(HttpServerRequest request) {
    if (OriginRule.isOwn(request)) {
      return true;
    }
    WebOrigin origin = OriginRule.of(request);
    return origin != null
        && (config.publishOrigins().contains(origin)
            || (rule != null && rule.mayRead(request.getHeader(HttpHeaders.ORIGIN))));
  }
}
