package dev.ssebridge.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** The options of a stream as the contract-test protocol writes them. */
final class ContractOptions {
  /** Some checks send an event of 10 MiB, as base64. */
  private static final long LARGE_EVENTS = 64L << 20;

  private ContractOptions() {}

  static EventSourceBuilder of(Vertx vertx, JsonObject parameters) {
    EventSourceOptions options = new EventSourceOptions(parameters.getString("streamUrl"));
    request(parameters, options);
    timing(parameters, options);
    options
        .setMaxCommentBytes((int) LARGE_EVENTS)
        .setMaxEventBytes(parameters.getLong("xMaxEventBytes", LARGE_EVENTS));
    EventSourceBuilder builder =
        EventSource.builder(vertx).with(options).with(httpClient(parameters));
    JsonArray tokens = parameters.getJsonArray("xTokens");
    if (tokens != null && !tokens.isEmpty()) {
      builder.withRequestSupplier(
          attempt -> {
            int index = (int) Math.min(attempt.number(), tokens.size()) - 1;
            return Future.succeededFuture(
                attempt.request().withHeader("Authorization", "Bearer " + tokens.getString(index)));
          });
    }
    return builder;
  }

  private static void request(JsonObject parameters, EventSourceOptions options) {
    options.setMethod(HttpMethod.valueOf(parameters.getString("method", "GET")));
    options.getReconnect().setRepeatUnsafe(true);
    String body = parameters.getString("body");
    if (body != null) {
      options.setRequestBody(body);
    }
    options.setLastEventId(parameters.getString("lastEventId", ""));
    for (Map.Entry<String, Object> header : parameters.getJsonObject("headers", new JsonObject())) {
      if (header.getKey().equalsIgnoreCase("last-event-id")) {
        options.setLastEventId(String.valueOf(header.getValue()));
      } else {
        options.addHeader(header.getKey(), String.valueOf(header.getValue()));
      }
    }
  }

  private static void timing(JsonObject parameters, EventSourceOptions options) {
    Long initialDelay = parameters.getLong("initialDelayMs");
    if (initialDelay != null) {
      options.getReconnect().setRetry(Duration.ofMillis(initialDelay));
    }
    Long readTimeout = parameters.getLong("readTimeoutMs");
    if (readTimeout != null) {
      options.setIdleTimeout(Duration.ofMillis(readTimeout));
    }
    Long connectTimeout = parameters.getLong("xConnectTimeoutMs");
    if (connectTimeout != null) {
      options
          .setConnectTimeout(Duration.ofMillis(connectTimeout))
          .setResponseTimeout(Duration.ofMillis(connectTimeout));
    }
    Long maxDelay = parameters.getLong("xMaxDelayMs");
    if (maxDelay != null) {
      options.getReconnect().setMaxRetry(Duration.ofMillis(maxDelay));
    }
  }

  private static HttpClientOptions httpClient(JsonObject parameters) {
    HttpClientOptions client = EventSourceOptions.defaultHttpClient();
    String caFile = parameters.getString("xCaFile");
    if (caFile != null) {
      client.setTrustOptions(new PemTrustOptions().addCertPath(caFile));
    }
    String proxy = parameters.getString("xProxy");
    if (proxy != null) {
      client.setProxyOptions(proxy(URI.create(proxy)));
    }
    return client;
  }

  private static ProxyOptions proxy(URI url) {
    if (url.getHost() == null) {
      throw new IllegalArgumentException("xProxy: expected a URL, got " + url);
    }
    ProxyOptions options =
        new ProxyOptions()
            .setType(ProxyType.HTTP)
            .setHost(url.getHost())
            .setPort(url.getPort() < 0 ? 80 : url.getPort());
    String user = url.getUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      options.setUsername(colon < 0 ? user : user.substring(0, colon));
      options.setPassword(colon < 0 ? "" : user.substring(colon + 1));
    }
    return options;
  }
}
