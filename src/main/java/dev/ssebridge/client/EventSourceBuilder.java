package dev.ssebridge.client;

import dev.ssebridge.format.ServerSentEvent;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes an {@link EventSource} out of its options and what is no option: clients, suppliers, a mark
 * that ends it. Not thread-safe.
 *
 * <pre>{@code
 * EventSource source = EventSource.builder(vertx)
 *     .with(new EventSourceOptions(url))
 *     .withRequestSupplier(attempt -> freshToken().map(token ->
 *         attempt.request().withHeader("authorization", "Bearer " + token)))
 *     .build();
 * }</pre>
 */
@VertxGen
public interface EventSourceBuilder {

  /** Sets the options; a copy of them is taken now. */
  @Fluent
  EventSourceBuilder with(EventSourceOptions options);

  /**
   * Sets TLS, proxy, protocol version and whatever else Vert.x offers; a copy is taken now. By
   * default {@link EventSourceOptions#defaultHttpClient}. Its idle timeouts are better left alone,
   * they run while the source is paused, too ({@link EventSourceOptions#setIdleTimeout} does not),
   * and so is its decompression, which knows no limits; both are warned of.
   */
  @Fluent
  EventSourceBuilder with(HttpClientOptions options);

  /** Sets the options of the source's own connection pool; a copy is taken now. */
  @Fluent
  EventSourceBuilder with(PoolOptions options);

  /**
   * Uses this client instead of one of the source's own, so that several sources share its HTTP/2
   * connections. Options of a client and a pool that are given here have no effect then. The
   * timeouts of the client hold, as well as those of the source. The client is not closed with the
   * source; close it yourself. A stream over HTTP/1 occupies one connection of the client's pool,
   * which by default has five for each host ({@link PoolOptions#setHttp1MaxSize}).
   */
  @Fluent
  EventSourceBuilder withClient(@Nullable HttpClient client);

  /** Has the request of every connection made by the application. */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  EventSourceBuilder withRequestSupplier(@Nullable EventSourceRequestSupplier supplier);

  /**
   * Says which event is the mark that ends the source for good, as {@code [DONE]} does in many
   * APIs. The mark itself is not delivered, nor is what follows it. Called on the context of the
   * source.
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  EventSourceBuilder until(Predicate<ServerSentEvent> mark);

  /** Makes a source that asks once and never again: see {@link EventSource#once}. */
  @Fluent
  EventSourceBuilder once();

  /**
   * A source that is not connected yet. It lives on the context that this method is called on.
   *
   * @throws IllegalArgumentException if there is no URL, or the least reconnection time of a server
   *     is longer than the longest
   * @throws IllegalStateException if Vert.x is closed
   */
  EventSource build();
}
