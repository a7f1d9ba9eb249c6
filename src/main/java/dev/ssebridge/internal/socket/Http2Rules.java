package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.http.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What RFC 9113 and RFC 9110 demand of a server and Netty and Vert.x leave open, for a request of
 * HTTP/2. The table of all rules, with a verdict each, is {@code Http2RulesTest}.
 */
public final class Http2Rules {
  private Http2Rules() {}

  /** The answer to a request that breaks a rule, or none. */
  public static @Nullable Problem problemOf(HttpServerRequest request) {
    try {
      RequestTarget.requireOfHttp2(request.method().name(), request.uri());
      checkAuthority(request);
      checkFields(request.headers());
      return null;
    } catch (Http1Rules.Refused e) {
      return e.problem();
    }
  }

  /** RFC 9113, section 8.3.1; that the two say the same, Vert.x has seen to. */
  private static void checkAuthority(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    Http1Rules.checkHost(request.headers().getAll(HttpHeaders.HOST), authority == null);
    if (authority != null && !RequestTarget.isAuthority(authority.toString())) {
      throw new Http1Rules.Refused(
          400, "expected a host and maybe a port in :authority, got another");
    }
  }

  private static void checkFields(MultiMap headers) {
    Http1Rules.checkExpectations(headers.getAll(HttpHeaders.EXPECT));
    for (Map.Entry<String, String> header : headers) {
      // RFC 9113, section 8.2.1; Netty looks at the beginning.
      if (header.getValue().endsWith(" ") || header.getValue().endsWith("\t")) {
        throw new Http1Rules.Refused(
            400, "expected the value of a field without white space at its end, got some");
      }
    }
  }
}
