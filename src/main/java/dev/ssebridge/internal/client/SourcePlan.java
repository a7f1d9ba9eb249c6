package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.client.EventSourceRequestSupplier;
import dev.ssebridge.client.ReconnectPolicy;
import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that a source is made of: its options, and what is no option. Nobody else holds what is in
 * here, so that it does not change.
 *
 * @param options where to, and how
 * @param request the request that the options make
 * @param httpClient the options of a client of its own
 * @param pool those of its pool
 * @param shared the client to use instead, or null
 * @param supplier makes the request of every connection, or null
 * @param until says which event ends the source
 */
public record SourcePlan(
    EventSourceOptions options,
    EventSourceRequest request,
    HttpClientOptions httpClient,
    PoolOptions pool,
    @Nullable HttpClient shared,
    @Nullable EventSourceRequestSupplier supplier,
    Predicate<ServerSentEvent> until) {

  /** A plan with these options and nothing else; takes a copy. */
  public static SourcePlan of(EventSourceOptions options) {
    return new SourcePlan(
        new EventSourceOptions(options),
        EventSourceRequest.of(options),
        EventSourceOptions.defaultHttpClient(),
        new PoolOptions(),
        null,
        null,
        event -> false);
  }

  /**
   * Checks what no option can check by itself.
   *
   * @throws IllegalArgumentException if two options contradict each other
   */
  public SourcePlan {
    ReconnectPolicy policy = options.getReconnect();
    if (policy.getMinServerRetry().compareTo(policy.getMaxServerRetry()) > 0) {
      throw new IllegalArgumentException(
          "minServerRetry: expected at most maxServerRetry, "
              + policy.getMaxServerRetry()
              + ", got "
              + policy.getMinServerRetry());
    }
  }

  /** The same with other options of its client; takes a copy. */
  public SourcePlan with(HttpClientOptions client) {
    return new SourcePlan(
        options, request, new HttpClientOptions(client), pool, shared, supplier, until);
  }

  /** The same with other options of its pool; takes a copy. */
  public SourcePlan with(PoolOptions other) {
    return new SourcePlan(
        options, request, httpClient, new PoolOptions(other), shared, supplier, until);
  }

  /** The same over this client. */
  public SourcePlan with(@Nullable HttpClient client) {
    return new SourcePlan(options, request, httpClient, pool, client, supplier, until);
  }

  /** The same with this supplier. */
  public SourcePlan with(@Nullable EventSourceRequestSupplier other) {
    return new SourcePlan(options, request, httpClient, pool, shared, other, until);
  }

  /** The same with this mark of its end. */
  public SourcePlan until(Predicate<ServerSentEvent> mark) {
    return new SourcePlan(options, request, httpClient, pool, shared, supplier, mark);
  }

  /** When it reconnects. */
  ReconnectPolicy reconnect() {
    return options.getReconnect();
  }

  /** How the stream is decoded. */
  EventDecoderOptions decoder() {
    return options.getDecoder();
  }
}
