package dev.ssebridge;

import dev.ssebridge.internal.door.ListeningBridge;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
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
@VertxGen
public interface SseBridgeServer {

  /**
   * A server of these options, which does not listen yet.
   *
   * @param options copied; all but {@code sources}, {@code vertx} and {@code demo}, which it does
   *     not use
   * @throws ConfigException if anything in them is wrong; it names every problem
   */
  static SseBridgeServer create(Vertx vertx, SseBridgeOptions options) {
    return ListeningBridge.create(vertx, options);
  }

  /**
   * The same with options of Vert.x for its server: TLS of another kind than PEM files, socket
   * buffers, what logs and metrics need. What is set in {@code http} counts; then what differs from
   * the default of Vert.x in these, host and port among it; then the default of {@code http}.
   *
   * @param server copied; what would break streams is refused: idle timeouts, compression,
   *     decompression, traffic shaping, lingering, the multiplex codec of HTTP/2, an automatic
   *     {@code 100 Continue}, and the PROXY protocol, which has a key of its own
   * @throws ConfigException if anything in the options is wrong; it names every problem
   * @throws IllegalArgumentException if anything in those of the server is refused, with all that
   *     is
   */
  static SseBridgeServer create(Vertx vertx, SseBridgeOptions options, HttpServerOptions server) {
    return ListeningBridge.create(vertx, options, server);
  }

  /** Its bridge: give it codec and handlers before {@link #listen}. It mounts itself. */
  SseBridge bridge();

  /**
   * Its router, for what else the server shall serve. Handlers that are on it before {@link
   * #listen} see every request. Where there are none, requests for streams, and messages that are
   * posted, do not go through the router, which is faster; handlers that are added later do not see
   * those.
   */
  Router router();

  /**
   * Listens on {@code http.host} and {@code http.port}, or on {@code http.unixSocket}. To be called
   * once; a server that could not listen, or was closed, does not listen again.
   *
   * <p>The server works on the event loop of the context that this is called on: in a verticle,
   * that of the verticle, also within {@code executeBlocking}. On a thread without a context it
   * gets an event loop of its own.
   *
   * @return completed with this server once it listens and no message that is published from then
   *     on is missed. Fails if it cannot listen; with an {@link IllegalStateException} if it is
   *     called again, if Vert.x is closed, and in a verticle that was deployed with the threading
   *     model {@code WORKER} or {@code VIRTUAL_THREAD}, as a server needs an event loop
   */
  Future<SseBridgeServer> listen();

  /** The port that it listens on; 0 before it does, and on a Unix domain socket. Any thread. */
  int actualPort();

  /**
   * Ends the streams on event boundaries, spread over {@code http.drain}, accepts nothing more, and
   * closes the server. May be called from any thread, again, and after Vert.x is closed. A verticle
   * that made the server should call it in its {@code stop}.
   *
   * @return completed once all is closed
   */
  Future<Void> close();
}
