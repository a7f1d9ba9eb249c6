package dev.ssebridge.client;

import io.vertx.core.Future;
import java.util.Objects;
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

  /** The connection that is about to be made. Immutable. */
  final class Attempt {
    private final long number;
    private final EventSourceRequest request;
    private final String lastEventId;
    private final @Nullable EventSourceException lastFailure;

    private Attempt(
        long number,
        EventSourceRequest request,
        String lastEventId,
        @Nullable EventSourceException lastFailure) {
      this.number = number;
      this.request = Objects.requireNonNull(request, "request");
      this.lastEventId = Objects.requireNonNull(lastEventId, "lastEventId");
      this.lastFailure = lastFailure;
    }

    /** An attempt, as a source makes it; for tests of a supplier. */
    public static Attempt of(
        long number,
        EventSourceRequest request,
        String lastEventId,
        @Nullable EventSourceException lastFailure) {
      return new Attempt(number, request, lastEventId, lastFailure);
    }

    /** 1 for the first connection, then one more each time. */
    public long number() {
      return number;
    }

    /** The request as the options have it. */
    public EventSourceRequest request() {
      return request;
    }

    /** The last event id that will be sent; {@code ""} for none. */
    public String lastEventId() {
      return lastEventId;
    }

    /**
     * Why the connection before failed (with its status, for example 401), or null where it did
     * not.
     */
    public @Nullable EventSourceException lastFailure() {
      return lastFailure;
    }

    @Override
    public String toString() {
      return "attempt " + number + ": " + request;
    }
  }
}
