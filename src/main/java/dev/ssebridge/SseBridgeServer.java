package dev.ssebridge;

import dev.ssebridge.internal.door.ListeningBridge;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/**
 * A {@link SseBridge} with an HTTP server of its own, without a verticle:
 *
 * <pre>{@code
 * SseBridgeServer server = SseBridgeServer.create(vertx, options);
 * server.listen().onSuccess(listening -> log("port " + listening.actualPort()));
 * }</pre>
 *
 * <p>One server uses one event loop. To use them all, deploy a {@link SseBridgeVerticle} with
 * several instances.
 */
public interface SseBridgeServer {

  /**
   * A server of these options, which does not listen yet.
   *
   * @param options copied; all but {@code sources} and {@code demo}, which it does not use
   * @throws ConfigException if anything in them is wrong, with all that is
   */
  static SseBridgeServer create(Vertx vertx, SseBridgeOptions options) {
    return ListeningBridge.create(vertx, options);
  }

  /** Its bridge: give it codec and handlers before {@link #listen}. It mounts itself. */
  SseBridge bridge();

  /**
   * Its router, for whatever else the server shall serve. What is mounted on it before {@link
   * #listen} sees every request; while nothing is, requests for streams need no router, which is
   * faster.
   */
  Router router();

  /**
   * Listens on {@code http.host} and {@code http.port}, on the event loop of the caller, or on a
   * new one where the caller is on none. Once.
   *
   * @return this, when it listens and no message published from then on is missed; fails if it
   *     cannot, and on a worker or virtual thread
   */
  Future<SseBridgeServer> listen();

  /** The port that it listens on; 0 before it does. Any thread. */
  int actualPort();

  /**
   * Ends the streams on event boundaries, spread over {@code http.drain}, accepts nothing more, and
   * closes the server. Idempotent, from any thread. A verticle that made the server calls it in its
   * {@code stop}.
   *
   * @return completed once all is closed
   */
  Future<Void> close();
}
