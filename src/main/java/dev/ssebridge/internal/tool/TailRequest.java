package dev.ssebridge.internal.tool;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceBuilder;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.client.EventSourceRequestSupplier;
import dev.ssebridge.client.ReconnectPolicy;
import dev.ssebridge.format.EventDecoderOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The stream that is asked for, and how often.
 *
 * @param url the whole URL
 * @param lastEventId to go on after; empty for none
 * @param headers of each request, credentials included
 * @param body that is posted, or null for a GET
 * @param once whether there is one request and no other
 * @param maxAttempts failures in a row after which it ends; 0 for never; null to end where the
 *     first request fails, and never later
 * @param untilData the data of the event that ends it, or null for none
 * @param idle how long an open stream may be silent, or null for as long as it likes
 */
record TailRequest(
    String url,
    String lastEventId,
    Map<String, String> headers,
    @Nullable Buffer body,
    boolean once,
    @Nullable Integer maxAttempts,
    @Nullable String untilData,
    @Nullable Duration idle,
    HttpAccess access) {

  /** A source for it that is not connected yet. */
  EventSource open(Vertx vertx, WatchedClient client, Map<String, String> environment) {
    EventSourceOptions options =
        new EventSourceOptions(url)
            .setLastEventId(lastEventId)
            .setHeaders(headers)
            .setConnectTimeout(access.connectTimeout())
            .setResponseTimeout(access.responseTimeout())
            .setOwnFields(EventDecoderOptions.OwnFields.READ);
    if (idle != null) {
      options.setIdleTimeout(idle);
    }
    if (body != null) {
      options.setMethod(HttpMethod.POST);
    }
    ReconnectPolicy policy = options.getReconnect().setRefused(ReconnectPolicy.Refused.STOP);
    if (maxAttempts == null) {
      policy.setFailFast(true);
    } else {
      policy.setMaxAttempts(maxAttempts);
    }
    EventSourceBuilder builder = EventSource.builder(vertx).with(options).withClient(client);
    if (once) {
      builder.once();
    }
    if (untilData != null) {
      builder.until(event -> untilData.equals(event.data()));
    }
    if (body != null || access.readsFiles()) {
      builder.withRequestSupplier(supplier(vertx, environment));
    }
    return builder.build();
  }

  /** Reads files with secrets anew, which may have been renewed, and puts in what is no text. */
  private EventSourceRequestSupplier supplier(Vertx vertx, Map<String, String> environment) {
    return attempt -> {
      EventSourceRequest request = attempt.request().withBody(body);
      if (!access.readsFiles()) {
        return Future.succeededFuture(request);
      }
      return vertx.executeBlocking(
          () -> {
            EventSourceRequest renewed = request;
            Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            all.putAll(access.headers(environment));
            all.remove("last-event-id");
            for (Map.Entry<String, String> header : all.entrySet()) {
              renewed = renewed.withHeader(header.getKey(), header.getValue());
            }
            return renewed;
          });
    };
  }
}
