package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.http.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a path refuses who may not: a status, the header {@code WWW-Authenticate} (RFC 6750, section
 * 3; RFC 7617; RFC 9728, section 5.1), and a problem.
 *
 * @param realm of the path
 * @param metadata where the metadata of RFC 9728 is; null for nowhere
 * @param isBearer whether tokens are taken
 * @param isBasic whether names and passwords are
 */
public record Challenge(
    String realm, @Nullable String metadata, boolean isBearer, boolean isBasic) {

  /** Sets the headers of a refusal, and tells its problem. */
  public Problem refuse(HttpServerResponse response, AuthFailure failure) {
    int status =
        switch (failure.kind()) {
          case MALFORMED -> 400;
          case MISSING, INVALID -> 401;
          case FORBIDDEN -> 403;
          case UNAVAILABLE -> 503;
          case TOO_MANY -> 429;
        };
    if (status == 503 || status == 429) {
      long seconds = 1 + TimeUnit.NANOSECONDS.toSeconds(failure.waitNanos());
      response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
      return new Problem(status, failure.reason() + "; try again later");
    }
    if (isBearer) {
      response.headers().add("www-authenticate", bearer(failure));
    }
    if (isBasic && status == 401) {
      response
          .headers()
          .add("www-authenticate", "Basic realm=\"" + realm + "\", charset=\"UTF-8\"");
    }
    return new Problem(status, failure.reason());
  }

  private String bearer(AuthFailure failure) {
    String error =
        switch (failure.kind()) {
          case MALFORMED -> "invalid_request";
          case INVALID -> "invalid_token";
          case FORBIDDEN -> "insufficient_scope";
          case MISSING, UNAVAILABLE, TOO_MANY -> null;
        };
    return "Bearer realm=\""
        + realm
        + '"'
        + (error == null ? "" : ", error=\"" + error + '"')
        + (metadata == null ? "" : ", resource_metadata=\"" + metadata + '"');
  }
}
