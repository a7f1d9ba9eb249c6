package dev.ssebridge.client;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Makes the request of every connection of an {@link EventSource}: fresh tokens, another URL.
 * Called on the context of the source before each connection, not for the hops of a redirect.
 *
 * <pre>{@code
 * attempt -> tokens.fresh().map(token ->
 *     attempt.request().withHeader("authorization", "Bearer " + token))
 * }</pre>
 */
@FunctionalInterface
public interface EventSourceRequestSupplier {

  /**
   * The request to send. A failed future, an exception, or a future that does not complete within
   * the connect timeout counts as a failed connection, and is tried again like one.
   */
  Future<EventSourceRequest> request(Attempt attempt);

  /**
   * The connection that is about to be made.
   *
   * @param number 1 for the first connection, then one more each time
   * @param request the request as the options have it
   * @param lastEventId the last event id that will be sent; {@code ""} for none
   * @param lastFailure why the connection before failed (with its status, for example 401), or null
   *     where it did not
   */
  record Attempt(
      long number,
      EventSourceRequest request,
      String lastEventId,
      @Nullable EventSourceException lastFailure) {}
}
