package dev.ssebridge.client;

import dev.ssebridge.format.EventDecoderOptions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
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

  static EventSourceOptions of(JsonObject parameters) {
    EventSourceOptions.Builder options =
        EventSourceOptions.builder(parameters.getString("streamUrl"));
    request(parameters, options);
    timing(parameters, options);
    options.decoder(
        EventDecoderOptions.defaults()
            .withMaxCommentBytes((int) LARGE_EVENTS)
            .withMaxEventBytes(parameters.getLong("xMaxEventBytes", LARGE_EVENTS)));
    options.httpClient(httpClient(parameters));
    JsonArray tokens = parameters.getJsonArray("xTokens");
    if (tokens != null && !tokens.isEmpty()) {
      options.requestSupplier(
          attempt -> {
            int index = (int) Math.min(attempt.number(), tokens.size()) - 1;
            return Future.succeededFuture(
                attempt.request().withHeader("Authorization", "Bearer " + tokens.getString(index)));
          });
    }
    return options.build();
  }

  private static void request(JsonObject parameters, EventSourceOptions.Builder options) {
    options.method(HttpMethod.valueOf(parameters.getString("method", "GET"))).repeatUnsafe();
    String body = parameters.getString("body");
    if (body != null) {
      options.body(Buffer.buffer(body));
    }
    options.lastEventId(parameters.getString("lastEventId", ""));
    for (Map.Entry<String, Object> header : parameters.getJsonObject("headers", new JsonObject())) {
      if (header.getKey().equalsIgnoreCase("last-event-id")) {
        options.lastEventId(String.valueOf(header.getValue()));
      } else {
        options.header(header.getKey(), String.valueOf(header.getValue()));
      }
    }
  }

  private static void timing(JsonObject parameters, EventSourceOptions.Builder options) {
    Long initialDelay = parameters.getLong("initialDelayMs");
    if (initialDelay != null) {
      options.reconnectDelay(Duration.ofMillis(initialDelay));
    }
    Long readTimeout = parameters.getLong("readTimeoutMs");
    if (readTimeout != null) {
      options.idleTimeout(Duration.ofMillis(readTimeout));
    }
    Long connectTimeout = parameters.getLong("xConnectTimeoutMs");
    if (connectTimeout != null) {
      options
          .connectTimeout(Duration.ofMillis(connectTimeout))
          .responseTimeout(Duration.ofMillis(connectTimeout));
    }
    Long maxDelay = parameters.getLong("xMaxDelayMs");
    if (maxDelay != null) {
      options.maxReconnectDelay(Duration.ofMillis(maxDelay));
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
