package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.http.BridgeRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import java.util.List;

/** The head of a request, for providers that are asked without a server. */
final class FakeRequest {
  private FakeRequest() {}

  /** A GET with these headers, each a name and a value. */
  static BridgeRequest get(String uri, String... headers) {
    return of(HttpMethod.GET, uri, headers);
  }

  /** Any method. */
  static BridgeRequest of(HttpMethod method, String uri, String... headers) {
    MultiMap all = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    int query = uri.indexOf('?');
    HttpServerRequest request =
        (HttpServerRequest)
            Proxy.newProxyInstance(
                FakeRequest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, called, arguments) ->
                    switch (called.getName()) {
                      case "method" -> method;
                      case "uri" -> uri;
                      case "path" -> query < 0 ? uri : uri.substring(0, query);
                      case "query" -> query < 0 ? null : uri.substring(query + 1);
                      case "headers" -> all;
                      case "getHeader" -> all.get(String.valueOf(arguments[0]));
                      default -> throw new UnsupportedOperationException(called.getName());
                    });
    return new BridgeRequest.Direct(request, List.of());
  }
}
