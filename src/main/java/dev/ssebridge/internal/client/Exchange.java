package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceRequest;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** One request and the response to it. All calls and call-backs on one context. */
interface Exchange {

  /** Begins exchanges. */
  interface Opener {
    /**
     * Sends the request; what comes of it is told to the listener, never before this returns.
     *
     * @param lastEventId the Last-Event-ID to send, or null for none
     */
    Exchange open(EventSourceRequest request, @Nullable String lastEventId, Listener listener);

    /** Gives back what exchanges share, connections included. */
    Future<Void> close();
  }

  /** Told of the response. Nothing is told after {@link #onEnd}, {@link #onFailure} or a close. */
  interface Listener {
    /** The head is there. Unless the exchange is closed, the body follows. */
    void onHead(ResponseHead head);

    /** Some bytes of the body. */
    void onBytes(Buffer chunk);

    /** The body is over, in good order. */
    void onEnd();

    /** There will be no response, or no more of it. */
    void onFailure(EventSourceException failure);

    /** Whether what is told waits for something else to be done: the peer is not the silent one. */
    boolean isBusy();
  }

  /** Stops reading the socket; the idle timeout does not run meanwhile. */
  void pause();

  /** Reads the socket again. */
  void resume();

  /** Closes the connection (HTTP/1) or resets the stream (HTTP/2), at once. Idempotent. */
  void close();
}
